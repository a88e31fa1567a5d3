import type { Frame } from "./frames.ts";

/** Something drawn that is on the screen from one moment to another (milliseconds). */
export interface Span {
  /** SVG elements, in the order of their first appearance. */
  readonly elements: readonly string[];
  readonly from: number;
  readonly to: number;
}

/**
 * What frames share is drawn once: each element with the time that it is to be seen, those with the same time together.
 * @param draw the elements of one frame; equal text is the same element
 * @param end when the last frame ends
 */
export function spansOf(
  frames: readonly Frame[],
  draw: (frame: Frame) => readonly string[],
  end: number,
): readonly Span[] {
  const spans = new Map<string, Span>();
  let shown = new Map<string, number>();
  const close = (element: string, from: number, to: number): void => {
    const key = `${from} ${to}`;
    spans.set(key, { from, to, elements: [...(spans.get(key)?.elements ?? []), element] });
  };
  for (const frame of frames) {
    const now = new Set(draw(frame));
    for (const [element, from] of shown) if (!now.has(element)) close(element, from, frame.at);
    shown = new Map([...now].map((element) => [element, shown.get(element) ?? frame.at]));
  }
  for (const [element, from] of shown) close(element, from, end);
  return [...spans.values()].sort((a, b) => a.from - b.from || a.to - b.to);
}
