import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { UserError } from "../errors.ts";
import { positionOf } from "./json-text.ts";

/** A devcontainer.json that holds together: its outermost object, and the one under "features" if there is one. */
export interface ParsedConfig {
  readonly root: Node;
  readonly features: Node | null;
}

/** What the parser wanted to see, in a reader's words, by the names of its error codes. */
const EXPECTED: Readonly<Record<string, string>> = {
  InvalidNumberFormat: "a number",
  UnexpectedEndOfNumber: "a number",
  PropertyNameExpected: "a property name in double quotes",
  ValueExpected: "a value",
  ColonExpected: "':' after the property name",
  CommaExpected: "',' before the next entry",
  CloseBraceExpected: "'}'",
  CloseBracketExpected: "']'",
  EndOfFileExpected: "the end of the file",
  UnexpectedEndOfComment: "'*/' at the end of the comment",
  UnexpectedEndOfString: "'\"' at the end of the text, on the same line",
  InvalidUnicode: "four hexadecimal digits after '\\u'",
  InvalidEscapeCharacter: 'one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u after the backslash',
  InvalidCharacter: "no control character inside a text",
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
    if (text.trim() === "")
      throw refusal(
        text,
        path,
        0,
        "expected an object '{', the file is empty",
        "delete it, run init again, and init makes one; nothing was changed",
      );
    const expected = root === undefined ? "an object '{'" : expectedAt(first, second);
    throw refusal(text, path, first.offset, `expected ${expected}, found ${foundAt(text, first)}`);
  }
  if (root === undefined || root.type !== "object") {
    const found = root === undefined ? "nothing" : describeValue(root);
    throw refusal(text, path, root?.offset ?? 0, `expected an object '{', found ${found}`);
  }
  return { root, features: findFeatures(text, path, root) };
}

/** What the scanner does not know it skips: what it wanted instead is in the parser's next complaint, if anywhere. */
function expectedAt(fault: ParseError, next: ParseError | undefined): string {
  const code = printParseErrorCode(fault.error);
  const wanted = code === "InvalidSymbol" && next !== undefined ? printParseErrorCode(next.error) : code;
  return EXPECTED[wanted] ?? "JSON (texts and names stand in double quotes)";
}

function foundAt(text: string, { offset, length }: ParseError): string {
  if (offset >= text.length) return "the end of the file";
  const shown = text.slice(offset, offset + length).split(/[\r\n]/)[0];
  if (shown === undefined || shown === "") return "the end of the line";
  return shown.length > SHOWN_WHOLE ? `${shown.slice(0, SHOWN_OF_MORE)}…` : shown;
}

/** Characters: what stands in a wrong place may be a token (`remoteEnv` often has one), and no more of one is told. */
const SHOWN_WHOLE = 7;
const SHOWN_OF_MORE = 4;

function findFeatures(text: string, path: string, root: Node): Node | null {
  const [property, again] = (root.children ?? []).filter(
    (child) => child.children?.[0]?.value === "features",
  );
  if (again !== undefined) {
    throw refusal(
      text,
      path,
      again.offset,
      'expected one "features", found a second one, which hides the first',
    );
  }
  const value = property?.children?.[1];
  if (value === undefined) return null;
  if (value.type !== "object") {
    throw refusal(
      text,
      path,
      value.offset,
      `expected an object '{' as "features", found ${describeValue(value)}`,
    );
  }
  return value;
}

function describeValue(value: Node): string {
  if (value.type === "array" || value.type === "object") return `an ${value.type}`;
  return value.type === "null" ? "null" : `a ${value.type}`;
}

const CORRECT_IT = "correct it there and run init again; nothing was changed";

function refusal(text: string, path: string, offset: number, what: string, hint = CORRECT_IT): UserError {
  return new UserError(`${path}:${positionOf(text, offset)}: ${what}`, hint);
}
