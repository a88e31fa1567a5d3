import { BASE_URL_VARIABLE, HEADERS_VARIABLE, isDangerousName, TOKEN_VARIABLE } from "./env-names.ts";
import { lineOf } from "./line-of.ts";
import { quoteValue } from "./quote-value.ts";
import { readWord } from "./shell-word.ts";

/** The variables of the API mode as they are kept. Their values are secrets. */
export interface EnvFile {
  readonly variables: ReadonlyMap<string, string>;
  /** Who is to get them; null where the file does not say, as the older tool's. */
  readonly to: "shell" | "settings" | "both" | null;
}

/** `line` counts from 1; `why` is the rest of a sentence about it, and quotes no value. */
export type ParsedEnvFile =
  | { readonly state: "valid"; readonly file: EnvFile }
  | { readonly state: "malformed"; readonly line: number; readonly why: string };

const TO = /^# claude-credentials: to (shell|settings|both)$/;
const FIRST = [BASE_URL_VARIABLE, ...Object.values(TOKEN_VARIABLE), HEADERS_VARIABLE];
const ASSIGNMENT = /([A-Za-z_][A-Za-z0-9_]*)=/y;

/**
 * The text of a file for shells to source: `export NAME=…` lines, in an order that does not change.
 * @throws Error for a value that no environment can hold
 */
export function renderEnvFile({ variables, to }: EnvFile): string {
  const others = [...variables.keys()].filter((name) => !FIRST.includes(name)).sort();
  const names = [...FIRST.filter((name) => variables.has(name)), ...others];
  return [
    "# Claude Code environment, made by claude-credentials. To change it: claude-credentials env set",
    ...(to === null ? [] : [`# claude-credentials: to ${to}`]),
    ...names.map((name) => `export ${name}=${quoteValue(variables.get(name) ?? "")}`),
    "",
  ].join("\n");
}

/**
 * Reads such a file without running it: what bash takes for plain constants, so that the older tool's files are read as
 * well (`export NAME="value"` and comments). A name that comes twice has the later value. Whatever else a shell might do
 * with the file makes it malformed.
 */
export function parseEnvFile(text: string): ParsedEnvFile {
  // What a decoder puts in the place of bytes that are none of UTF-8.
  const odd = text.search(/[\0\uFFFD]/);
  if (odd !== -1) return malformed(text, odd, "has bytes in it that are no text");
  const variables = new Map<string, string>();
  let to: EnvFile["to"] = null;
  for (let at = 0; at < text.length;) {
    const statement = readStatement(text, at);
    if ("why" in statement) return malformed(text, statement.at, statement.why);
    to = (TO.exec(statement.comment)?.[1] as EnvFile["to"] | undefined) ?? to;
    for (const [name, value] of statement.assignments) variables.set(name, value);
    at = statement.end;
  }
  return { state: "valid", file: { variables, to } };
}

interface Fault {
  readonly at: number;
  readonly why: string;
}

/** One logical line: assignments, a comment, both or neither. */
interface Statement {
  readonly assignments: readonly (readonly [name: string, value: string])[];
  readonly comment: string;
  readonly end: number;
}

function readStatement(text: string, start: number): Statement | Fault {
  const assignments: [string, string][] = [];
  let at = skipBlanks(text, start);
  const isExport = /^export[ \t]/.test(text.slice(at, at + 7));
  if (isExport) at = skipBlanks(text, at + 6);
  while (at < text.length && text[at] !== "\n" && text[at] !== "#") {
    ASSIGNMENT.lastIndex = at;
    const name = ASSIGNMENT.exec(text)?.[1];
    if (name === undefined) return { at, why: "is no assignment of a constant" };
    if (isDangerousName(name)) return { at, why: `sets ${name}, by which it could run a program` };
    const word = readWord(text, at + name.length + 1);
    if (!word.ok) return word;
    assignments.push([name, word.value]);
    at = skipBlanks(text, word.end);
  }
  if (isExport && assignments.length === 0) return { at: start, why: "exports nothing" };
  const lineEnd = text.indexOf("\n", at);
  const end = lineEnd === -1 ? text.length : lineEnd;
  return { assignments, comment: text.slice(at, end), end: end + 1 };
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}

function malformed(text: string, at: number, why: string): ParsedEnvFile {
  return { state: "malformed", line: lineOf(text, at), why };
}
