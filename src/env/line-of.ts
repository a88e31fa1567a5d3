/** The number of the line that `offset` is on, from 1; lines end as `bash` and JSON see it, at `\n`. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
