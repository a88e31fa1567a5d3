import type { createColors } from "picocolors";
import { wrapAnsi } from "fast-wrap-ansi";
import type { Environment } from "../options.ts";
import { printable } from "./printable.ts";

/** What a text for people may use. Colours and symbols only repeat what words say. */
export interface Page {
  /** Null without colours. */
  readonly colours: ReturnType<typeof createColors> | null;
  readonly symbols: boolean;
  /** No character beyond ASCII, names of files and accounts included. */
  readonly ascii: boolean;
}

/** How good a thing is that is told. */
export type Tone = "good" | "note" | "warning" | "bad" | "none";

/** Columns that a line has, unless a word or a command is longer. */
export const WIDTH = 80;

/** Columns of the names in front of rows. */
const NAME_WIDTH = 17;

/**
 * Colours and symbols on a terminal alone; no colours where `NO_COLOR` holds anything (no-color.org) or the terminal
 * has none.
 */
export async function pageFor(isTerminal: boolean, env: Environment, ascii: boolean): Promise<Page> {
  const isAsked = (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  // Loading it opens standard output as a stream, which costs milliseconds.
  const colours = isTerminal && isAsked ? (await import("../libraries.ts")).createColors(true) : null;
  return { colours, symbols: isTerminal && !ascii, ascii };
}

/** A page for a file or a pipe. */
export const PLAIN: Page = { colours: null, symbols: false, ascii: false };

const SYMBOLS: Readonly<Record<Tone, string>> = {
  good: "✓ ",
  note: "• ",
  warning: "! ",
  bad: "✗ ",
  none: "",
};

/** What may stand before a word that says the same; nothing on a page without symbols. */
export function symbol(page: Page, tone: Tone): string {
  return page.symbols ? SYMBOLS[tone] : "";
}

export function paint(page: Page, tone: Tone, text: string): string {
  if (page.colours === null) return text;
  const { green, cyan, yellow, red } = page.colours;
  const painter = { good: green, note: cyan, warning: yellow, bad: red, none: String }[tone];
  return painter(text);
}

/** What matters least on the page. */
export function dim(page: Page, text: string): string {
  return page.colours?.dim(text) ?? text;
}

/**
 * A paragraph: lines of at most `WIDTH` columns, all but the first indented by `indent` columns. A command of ours, or one
 * in brackets, is never broken.
 * @param first what stands at the beginning, of as many columns as `indent`
 * @param text no control character of it reaches the page
 */
export function paragraph(page: Page, first: string, text: string, indent: number = first.length): string[] {
  return layOut(first, wrap(fit(page, text), widthBeside(indent), IN_PROSE), indent);
}

/**
 * What to do, as `paragraph` lays it out: a command to the end of what is said is not broken either; where several things
 * are said three spaces apart, each gets a line of its own if the whole does not fit on one.
 */
export function advice(page: Page, indent: number, text: string): string[] {
  const width = widthBeside(indent);
  const clean = fit(page, text);
  const parts = clean.length <= width ? [clean] : clean.split(/ {3,}/);
  const lines = parts.flatMap((part) => wrap(part, width, IN_ADVICE));
  return layOut(" ".repeat(indent), lines, indent);
}

function widthBeside(indent: number): number {
  return Math.max(WIDTH - indent, 20);
}

function layOut(first: string, lines: readonly string[], indent: number): string[] {
  return lines.map((line, at) => (at === 0 ? first : " ".repeat(indent)) + line);
}

/** `  name             text`, the text in a column of its own. */
export function row(page: Page, name: string, text: string): string[] {
  const first = `  ${fit(page, name).padEnd(NAME_WIDTH - 1)} `;
  return first.length > NAME_WIDTH + 2
    ? [first.trimEnd(), ...paragraph(page, " ".repeat(NAME_WIDTH + 2), text)]
    : paragraph(page, first, text);
}

/** Fit for this page: see `printable`; on a page of ASCII every other character becomes `\u{…}`. */
export function fit({ ascii }: Page, text: string): string {
  const clean = printable(text);
  if (!ascii) return clean;
  return clean.replace(/[^\u0020-\u007e]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Words that a command of a hint begins with. */
const PROGRAMS =
  "claude-credentials|claude|sudo|chmod|chown|chattr|ls|lsattr|git|rm|rmdir|mv|mkdir|df|quota|docker|unset|export|echo|npm";
/** In brackets, and ours wherever it stands. */
const IN_PROSE = new RegExp(
  [
    `\\((?:${PROGRAMS}) [^)]*\\)`,
    `claude-credentials (?:env )?[a-z]+(?: --[a-z-]+(?: [A-Z]+\\b)?| [A-Z]+_[A-Z_]+)*`,
  ].join("|"),
  "g",
);
/** Those too that go to the end, after a colon or from the beginning. */
const IN_ADVICE = new RegExp(`(?<=^|: )(?:${PROGRAMS}) .*$|${IN_PROSE.source}`, "g");
/** Stands for a space that a line is not broken at. */
const FIXED = "\u00a0";

function wrap(text: string, width: number, commands: RegExp): string[] {
  const guarded = text.replaceAll(FIXED, " ").replace(commands, (command) => command.replaceAll(" ", FIXED));
  return wrapAnsi(guarded, width, { hard: false }).replaceAll(FIXED, " ").split("\n");
}
