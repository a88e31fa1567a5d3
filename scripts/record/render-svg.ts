import type { Frame, Row } from "./frames.ts";
import { DARK, LIGHT, type Palette } from "./palette.ts";
import { spansOf, type Span } from "./spans.ts";

/** What is recorded, for those who do not see it. */
export interface Story {
  readonly title: string;
  readonly description: string;
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds until the recording begins anew. */
  readonly length: number;
}

const [CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, PADDING] = [8.4, 19, 14, 16];

/**
 * Frames as an SVG that moves without a script. Where nothing moves (no CSS animations, or a reader who asked for none) it
 * shows the last frame.
 */
export function renderSvg(frames: readonly Frame[], screen: Screen, story: Story): string {
  const width = number(screen.columns * CELL_WIDTH + 2 * PADDING);
  const height = number(screen.rows * CELL_HEIGHT + 2 * PADDING);
  const spans = spansOf(frames, drawFrame, screen.length);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(story.title)}</title>`,
    `<desc id="description">${escape(story.description)}</desc>`,
    `<style>`,
    `text{font:${FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;white-space:pre}`,
    `.b{font-weight:bold}`,
    ...colours(LIGHT),
    `@media (prefers-color-scheme:dark){`,
    ...colours(DARK),
    `}`,
    ...spans.flatMap((span, index) => keyframes(span, index, screen.length)),
    `@media (prefers-reduced-motion:reduce){g{animation:none!important}}`,
    `</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${number(Number(width) - 1)}" height="${number(Number(height) - 1)}" rx="8"/>`,
    ...spans.map(({ elements }, index) => `<g class="s${index}">${elements.join("")}</g>`),
    `</svg>`,
    "",
  ].join("\n");
}

/** Visible from then to then, in each round; a span that reaches to the end is visible when nothing moves. */
function keyframes({ from, to }: Span, index: number, length: number): readonly string[] {
  if (from === 0 && to === length) return [];
  const name = `s${index}`;
  const share = (time: number): string => `${number((time / length) * 100)}%`;
  const steps = [
    ...(from === 0 ? [] : ["0%{visibility:hidden}"]),
    `${share(from)}{visibility:visible}`,
    ...(to === length ? [] : [`${share(to)}{visibility:hidden}`]),
  ];
  const atRest = to === length ? "visible" : "hidden";
  return [
    `.${name}{visibility:${atRest};animation:${name} ${number(length / 1000)}s step-end infinite}`,
    `@keyframes ${name}{${steps.join("")}}`,
  ];
}

function drawFrame({ rows, cursor }: Frame): readonly string[] {
  const x = number(PADDING + cursor.column * CELL_WIDTH);
  const y = number(PADDING + cursor.row * CELL_HEIGHT + 2);
  return [
    `<rect class="cursor" x="${x}" y="${y}" width="${number(CELL_WIDTH)}" height="${number(CELL_HEIGHT - 3)}"/>`,
    ...rows.flatMap((row, index) => (row.length === 0 ? [] : [drawRow(row, index)])),
  ];
}

/** One text for each row, so that what it says can be read in one piece; each run has its place by the columns before it. */
function drawRow(row: Row, index: number): string {
  const y = number(PADDING + index * CELL_HEIGHT + FONT_SIZE);
  let column = 0;
  const runs = row.map(({ text, width, colour, bold }) => {
    const x = number(PADDING + column * CELL_WIDTH);
    column += width;
    const classes = [...(colour === null ? [] : [`c${colour}`]), ...(bold ? ["b"] : [])].join(" ");
    const style = classes === "" ? "" : ` class="${classes}"`;
    const length = `textLength="${number(width * CELL_WIDTH)}" lengthAdjust="spacingAndGlyphs"`;
    return `<tspan x="${x}" ${length}${style}>${escape(text)}</tspan>`;
  });
  return `<text y="${y}" xml:space="preserve">${runs.join("")}</text>`;
}

function colours({ background, border, text, sixteen }: Palette): readonly string[] {
  return [
    `.page{fill:${background};stroke:${border}}`,
    `text{fill:${text}}`,
    `.cursor{fill:${text};opacity:.5}`,
    ...sixteen.map((colour, index) => `.c${index}{fill:${colour}}`),
  ];
}

function number(value: number): string {
  return String(Number(value.toFixed(3)));
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
