import type { Node } from "jsonc-parser";
import { indentBefore } from "./text-style.ts";
import { readTrailing } from "./trivia.ts";

/**
 * Takes a property out of `object`: its line with the comments behind it, where it has lines of its own, else its
 * characters; and the one comma that is too many then. What `insertProperty` added goes without a trace, in the layouts
 * that programs and people use.
 */
export function removeProperty(text: string, object: Node, property: Node): string {
  const siblings = object.children ?? [];
  const index = siblings.indexOf(property);
  const [previous, next] = [siblings[index - 1], siblings[index + 1]];
  const close = object.offset + object.length - 1;
  const end = property.offset + property.length;
  const { hasComma, lineEnd, hasComment } = readTrailing(text, end, next?.offset ?? close);
  if (previous === undefined && next === undefined && !hasComment) {
    const open = object.offset + 1;
    if (text.slice(open, property.offset).trim() === "") return text.slice(0, open) + text.slice(close);
  }
  const cut = ownLines(text, property.offset, lineEnd) ?? inline(text, property, lineEnd, next);
  // The last one takes the comma before it along, unless it has one of its own.
  const comma =
    previous !== undefined && next === undefined && !hasComma ? commaBehind(text, previous) : null;
  const head =
    comma === null ? text.slice(0, cut.from) : text.slice(0, comma) + text.slice(comma + 1, cut.from);
  return head + text.slice(cut.to);
}

interface Cut {
  readonly from: number;
  readonly to: number;
}

/** From the line break before a property up to the one behind it; null where something else stands on its lines. */
function ownLines(text: string, start: number, lineEnd: number): Cut | null {
  const indent = indentBefore(text, start);
  const behind = /^[ \t]*(?=[\r\n])/.exec(text.slice(lineEnd));
  if (indent === null || behind === null) return null;
  const lineStart = start - indent.length;
  const lineBreak = /(?:\r\n|\n|\r)$/.exec(text.slice(0, lineStart));
  return lineBreak === null ? null : { from: lineBreak.index, to: lineEnd + behind[0].length };
}

function inline(text: string, property: Node, lineEnd: number, next: Node | undefined): Cut {
  if (next !== undefined) {
    const between = text.slice(lineEnd, next.offset);
    return { from: property.offset, to: between.trim() === "" ? next.offset : lineEnd };
  }
  const blanks = /[ \t]*$/.exec(text.slice(0, property.offset));
  return { from: blanks?.index ?? property.offset, to: lineEnd };
}

/** The offset of the comma that follows a property; comments may stand between. */
function commaBehind(text: string, property: Node): number {
  let at = property.offset + property.length;
  for (;;) {
    const skipped = /^(?:\s+|\/\*[^]*?\*\/|\/\/[^\r\n]*)/.exec(text.slice(at));
    if (skipped === null) return at;
    at += skipped[0].length;
  }
}
