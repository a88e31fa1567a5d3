/** Time as a lock needs it; the machine's in the program, played in tests. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds that go by at the same pace whatever happens to the clock. */
  readonly elapsed: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}
