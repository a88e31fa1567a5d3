import { DARK, LIGHT, type Palette } from "../record/palette.ts";
import type { MeasuredRow } from "./render-table.ts";

const [WIDTH, NAMES, END, LINE, GAP, PADDING] = [760, 230, 70, 24, 40, 16];

/** A plot of groups of bars, each group with a scale of its own; a thin line reaches from the fastest to the 90th of a hundred. */
export function renderPlot(
  groups: readonly { readonly title: string; readonly rows: readonly MeasuredRow[] }[],
): string {
  const drawn: string[] = [];
  let y = PADDING;
  for (const { title, rows } of groups) {
    drawn.push(`<text class="t" x="${PADDING}" y="${y + 14}">${escape(title)}, milliseconds</text>`);
    y += LINE;
    const longest = Math.max(...rows.map(({ slow }) => slow));
    for (const row of rows) {
      drawn.push(drawRow(row, y, (WIDTH - NAMES - END) / longest));
      y += LINE;
    }
    y += GAP - LINE;
  }
  const height = y + PADDING - (GAP - LINE);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">What claude-credentials costs</title>`,
    `<desc id="description">${escape(describe(groups))}</desc>`,
    `<style>`,
    `text{font:13px system-ui,sans-serif}.t{font-weight:bold}`,
    ...colours(LIGHT),
    `@media (prefers-color-scheme:dark){`,
    ...colours(DARK),
    `}`,
    `</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...drawn,
    `</svg>`,
    "",
  ].join("\n");
}

function drawRow({ label, median, fastest, slow }: MeasuredRow, y: number, scale: number): string {
  const at = (value: number): string => (NAMES + value * scale).toFixed(1);
  const middle = y + LINE / 2;
  return [
    `<text x="${NAMES - 10}" y="${middle + 4}" text-anchor="end">${escape(label)}</text>`,
    `<rect class="bar" x="${NAMES}" y="${y + 5}" width="${(median * scale).toFixed(1)}" height="${LINE - 10}"/>`,
    `<path class="span" d="M${at(fastest)} ${middle}H${at(slow)}"/>`,
    `<text x="${Number(at(Math.max(median, slow))) + 8}" y="${middle + 4}">${median.toFixed(1)}</text>`,
  ].join("");
}

/** For those who do not see it. */
function describe(
  groups: readonly { readonly title: string; readonly rows: readonly MeasuredRow[] }[],
): string {
  return groups
    .map(
      ({ title, rows }) =>
        `${title}: ${rows.map(({ label, median }) => `${label} ${median.toFixed(1)} ms`).join("; ")}.`,
    )
    .join(" ");
}

function colours({ background, border, text, sixteen }: Palette): readonly string[] {
  return [
    `.page{fill:${background};stroke:${border}}`,
    `text{fill:${text}}`,
    `.bar{fill:${sixteen[4] ?? text}}`,
    `.span{stroke:${text};stroke-width:2}`,
  ];
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
