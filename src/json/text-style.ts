import type { Node } from "jsonc-parser";

/** How a file is laid out, so that what is added looks like what is there. */
export interface TextStyle {
  readonly eol: string;
  /** One level of indentation. */
  readonly unit: string;
  /** Whether the outermost object is spread over lines: what is added then is too. */
  readonly multiLine: boolean;
  /** What stands behind a colon, and inside the braces of an object on one line. */
  readonly blank: "" | " ";
}

/** Reads the style off a parsed text. An empty object counts as spread over lines: there is no style to keep. */
export function readStyle(text: string, root: Node): TextStyle {
  const first = root.children?.[0];
  return {
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? "\n",
    unit: readUnit(text, root, first),
    multiLine: first === undefined || hasLineBreak(text.slice(root.offset, root.offset + root.length)),
    blank: first?.colonOffset === undefined || /\s/.test(text.charAt(first.colonOffset + 1)) ? " " : "",
  };
}

function readUnit(text: string, root: Node, first: Node | undefined): string {
  const inner = first === undefined ? null : indentBefore(text, first.offset);
  const outer = lineIndent(text, root.offset);
  if (inner !== null && inner.startsWith(outer) && inner.length > outer.length)
    return inner.slice(outer.length);
  return /^\t/m.test(text) ? "\t" : "  ";
}

export function hasLineBreak(text: string): boolean {
  return /[\r\n]/.test(text);
}

/** The white space that begins the line of `offset`. */
export function lineIndent(text: string, offset: number): string {
  const line = text.slice(lineStart(text, offset));
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** The white space before `offset` if nothing else stands before it on its line, else null. */
export function indentBefore(text: string, offset: number): string | null {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : null;
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}
