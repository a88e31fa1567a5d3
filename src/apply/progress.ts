/**
 * How far a long piece of work has come. Whoever does it counts, whoever tells of it reads, between two steps of the
 * work; neither waits for the other.
 */
export class Progress {
  /** What is done to the entries, as a participle: `copied`. */
  #what = "looked at";
  #done = 0;
  #total: number | null = null;

  /** Begins the next piece of work. @param total entries that it is about, null where nobody has counted them */
  begin(what: string, total: number | null): void {
    this.#what = what;
    this.#done = 0;
    this.#total = total;
  }

  /** One more entry is done. */
  step(): void {
    this.#done += 1;
  }

  /** `1,200 of 100,000 entries copied` */
  describe(): string {
    const of = this.#total === null ? "" : ` of ${this.#total.toLocaleString("en-US")}`;
    return `${this.#done.toLocaleString("en-US")}${of} entries ${this.#what}`;
  }
}
