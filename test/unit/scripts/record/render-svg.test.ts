import { expect, it } from "vitest";
import { framesOf } from "../../../../scripts/record/frames.ts";
import { DARK, LIGHT } from "../../../../scripts/record/palette.ts";
import { renderSvg } from "../../../../scripts/record/render-svg.ts";
import { shownAtEnd, tagsOf } from "./svg.ts";

const story = { title: "A <title> & more", description: "What happens" };

async function svgOf(texts: readonly string[]): Promise<string> {
  const events = texts.map((text, index) => ({ at: index * 1000, text }));
  const cast = { events, length: texts.length * 1000 };
  return renderSvg(await framesOf(cast, 20, 4), { columns: 20, rows: 4, length: cast.length }, story);
}

it("an SVG is well formed, whatever was printed", async () => {
  const svg = await svgOf(["a < b && c > d\r\n", '</text> "quoted" ]]>\r\n']);

  expect(tagsOf(svg).open).toEqual([]);
  expect(svg).toContain('<title id="title">A &lt;title&gt; &amp; more</title>');
  expect(shownAtEnd(svg)).toEqual(["a < b && c > d", '</text> "quoted" ]]>']);
});

it("where nothing moves the last frame is shown, and that alone", async () => {
  const svg = await svgOf(["first\r\n", "\u001b[2J\u001b[Hsecond\r\n", "third"]);

  expect(shownAtEnd(svg)).toEqual(["second", "third"]);
  expect(svg).toContain("@media (prefers-reduced-motion:reduce){g{animation:none!important}}");
});

it("what is on the screen for a while is visible for just that while", async () => {
  const svg = await svgOf(["first", "\r\u001b[Ksecond", "\r\u001b[Kthird", "!"]);

  const [, name] = /<g class="(s\d+)">.*>second</.exec(svg) ?? [];
  expect(svg).toContain(
    `@keyframes ${name ?? ""}{0%{visibility:hidden}25%{visibility:visible}50%{visibility:hidden}}`,
  );
  expect(svg).toContain(`.${name ?? ""}{visibility:hidden;animation:${name ?? ""} 4s step-end infinite}`);
});

it("there is no script in it, and nothing is fetched", async () => {
  expect(await svgOf(["text"])).not.toMatch(/<script|\son\w+=|href|url\(|@import/);
});

it.each([
  ["light", LIGHT],
  ["dark", DARK],
])("on a %s page each colour has a contrast of 4.5 to 1", (_name, { background, text, sixteen }) => {
  for (const colour of [text, ...sixteen])
    expect(contrast(colour, background), colour).toBeGreaterThanOrEqual(4.5);
});

/** By WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
