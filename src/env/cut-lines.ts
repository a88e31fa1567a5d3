/** Whole lines of a text: from the first one's beginning to behind the last one's line break. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Takes whole lines out of a text, each with the line break before them, which came along with them: as a blank line, or
 * as the end of a last line that had none. That stays where a line before would run into one behind.
 */
export function cutLines(text: string, spans: readonly Span[]): string {
  const lastFirst = [...spans].sort((one, other) => other.start - one.start);
  return lastFirst.reduce((rest, { start, end }) => {
    const before = rest.slice(0, start);
    const behind = rest.slice(end);
    const separates = /[^\n]\n$/.test(before) && behind !== "";
    return (before.endsWith("\n") && !separates ? before.slice(0, -1) : before) + behind;
  }, text);
}
