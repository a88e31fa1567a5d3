import { createScanner, SyntaxKind } from "jsonc-parser";
import { hasLineBreak } from "./text-style.ts";

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
  for (let kind = scanner.scan(); kind !== SyntaxKind.EOF; kind = scanner.scan()) {
    const tokenEnd = start + scanner.getTokenOffset() + scanner.getTokenLength();
    if (kind === SyntaxKind.LineBreakTrivia) sameLine = false;
    if (kind === SyntaxKind.CommaToken) [hasComma, sameLine, lineEnd] = [true, true, tokenEnd];
    if (kind === SyntaxKind.LineCommentTrivia || kind === SyntaxKind.BlockCommentTrivia) {
      hasComment = true;
      commentStart = start + scanner.getTokenOffset();
      commentEnd = tokenEnd;
      if (sameLine) lineEnd = tokenEnd;
    }
  }
  return { hasComma, hasComment, lineEnd, commentStart, commentEnd, hasLineBreak: hasLineBreak(part) };
}
