import { createScanner, type SyntaxKind } from "jsonc-parser";
import { hasLineBreak } from "./text-style.ts";

/* eslint-disable @typescript-eslint/no-unsafe-enum-assignment --
   The values of a `const enum`, which single-file compilers cannot inline; the types hold these to it. */
const COMMA: SyntaxKind.CommaToken = 5;
const LINE_COMMENT: SyntaxKind.LineCommentTrivia = 12;
const BLOCK_COMMENT: SyntaxKind.BlockCommentTrivia = 13;
const LINE_BREAK: SyntaxKind.LineBreakTrivia = 14;
const END: SyntaxKind.EOF = 17;
/* eslint-enable @typescript-eslint/no-unsafe-enum-assignment */

/** What stands between an object's last property (or its opening brace) and its closing brace. */
export interface Trailing {
  /** Whether a comma follows the last property. */
  readonly hasComma: boolean;
  readonly hasComment: boolean;
  /** Behind the comma and the comments that belong to the last line with a property on it. */
  readonly lineEnd: number;
  /** Behind the last comment. */
  readonly commentEnd: number;
  /** Where the last comment begins. */
  readonly commentStart: number;
  readonly hasLineBreak: boolean;
}

/** Reads white space, comments and a comma from `start` up to the closing brace at `end`. */
export function readTrailing(text: string, start: number, end: number): Trailing {
  const part = text.slice(start, end);
  const scanner = createScanner(part, false);
  let [hasComma, hasComment, sameLine] = [false, false, true];
  let [lineEnd, commentStart, commentEnd] = [start, start, start];
  for (let kind = scanner.scan(); kind !== END; kind = scanner.scan()) {
    const tokenEnd = start + scanner.getTokenOffset() + scanner.getTokenLength();
    if (kind === LINE_BREAK) sameLine = false;
    if (kind === COMMA) [hasComma, sameLine, lineEnd] = [true, true, tokenEnd];
    if (kind === LINE_COMMENT || kind === BLOCK_COMMENT) {
      hasComment = true;
      commentStart = start + scanner.getTokenOffset();
      commentEnd = tokenEnd;
      if (sameLine) lineEnd = tokenEnd;
    }
  }
  return { hasComma, hasComment, lineEnd, commentStart, commentEnd, hasLineBreak: hasLineBreak(part) };
}
