import { type Node, type ParseError, ParseErrorCode, parseTree } from "jsonc-parser";
import { UserError } from "../errors.ts";
import { positionOf } from "./json-text.ts";

/** A devcontainer.json that holds together: its outermost object, and the one under "features" if there is one. */
export interface ParsedConfig {
  readonly root: Node;
  readonly features: Node | null;
}

/** What the parser wanted to see, in a reader's words. */
const EXPECTED: Readonly<Partial<Record<ParseErrorCode, string>>> = {
  [ParseErrorCode.InvalidNumberFormat]: "a number",
  [ParseErrorCode.UnexpectedEndOfNumber]: "a number",
  [ParseErrorCode.PropertyNameExpected]: "a property name in double quotes",
  [ParseErrorCode.ValueExpected]: "a value",
  [ParseErrorCode.ColonExpected]: "':' after the property name",
  [ParseErrorCode.CommaExpected]: "',' before the next entry",
  [ParseErrorCode.CloseBraceExpected]: "'}'",
  [ParseErrorCode.CloseBracketExpected]: "']'",
  [ParseErrorCode.EndOfFileExpected]: "the end of the file",
  [ParseErrorCode.UnexpectedEndOfComment]: "'*/' at the end of the comment",
  [ParseErrorCode.UnexpectedEndOfString]: "'\"' at the end of the text, on the same line",
  [ParseErrorCode.InvalidUnicode]: "four hexadecimal digits after '\\u'",
  [ParseErrorCode.InvalidEscapeCharacter]: "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u after the backslash",
  [ParseErrorCode.InvalidCharacter]: "no control character inside a text",
};

/**
 * Parses a devcontainer.json: JSON with comments and trailing commas, as the tools that read it allow.
 * @throws UserError with path, line and column for a fault, and for a "features" that nothing can be added to.
 */
export function parseConfig(text: string, path: string): ParsedConfig {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [first, second] = errors;
  if (first !== undefined) {
    if (root === undefined && text.slice(0, first.offset).trim() === "" && first.length === 0) {
      throw refusal(text, path, 0, "expected an object '{', the file is empty");
    }
    throw refusal(text, path, first.offset, describeFault(text, first, second));
  }
  if (root?.type !== "object") throw refusal(text, path, root?.offset ?? 0, `expected an object '{', found ${root?.type ?? "nothing"}`);
  return { root, features: findFeatures(text, path, root) };
}

function describeFault(text: string, fault: ParseError, next: ParseError | undefined): string {
  // What the scanner does not know it skips: what it wanted instead is in the parser's next complaint, if anywhere.
  const code = fault.error === Number(ParseErrorCode.InvalidSymbol) ? next?.error : fault.error;
  const expected = EXPECTED[code as ParseErrorCode] ?? "JSON (texts and names stand in double quotes)";
  const found = text.slice(fault.offset, fault.offset + Math.min(fault.length, 20)).split(/[\r\n]/)[0] ?? "";
  return `expected ${expected}, found ${fault.offset >= text.length ? "the end of the file" : found === "" ? "the end of the line" : found}`;
}

function findFeatures(text: string, path: string, root: Node): Node | null {
  const [property, again] = (root.children ?? []).filter((child) => child.children?.[0]?.value === "features");
  if (again !== undefined) {
    throw refusal(text, path, again.offset, 'expected one "features", found a second one, which hides the first');
  }
  const value = property?.children?.[1];
  if (value === undefined) return null;
  if (value.type !== "object") {
    throw refusal(text, path, value.offset, `expected an object '{' as "features", found ${describeValue(value)}`);
  }
  return value;
}

function describeValue(value: Node): string {
  if (value.type === "array" || value.type === "object") return `an ${value.type}`;
  return value.type === "null" ? "null" : `a ${value.type}`;
}

function refusal(text: string, path: string, offset: number, what: string): UserError {
  return new UserError(
    `${path}:${positionOf(text, offset)}: ${what}`,
    "correct it there and run init again; nothing was changed",
  );
}
