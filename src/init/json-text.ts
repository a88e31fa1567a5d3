import { UserError } from "../errors.ts";

const BYTE_ORDER_MARK = "\uFEFF";

/** A JSON file's characters, apart from the byte order mark that some editors put first. */
export interface JsonText {
  readonly hasByteOrderMark: boolean;
  readonly text: string;
}

/**
 * Decodes a JSON file.
 * @throws UserError for bytes that are not UTF-8, UTF-16 among them (what `>` writes in an older PowerShell).
 */
export function decodeJson(bytes: Buffer, path: string): JsonText {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UserError(
      `${path} is not UTF-8 text`,
      "save it as UTF-8 and run init again; nothing was changed",
    );
  }
  const hasByteOrderMark = text.startsWith(BYTE_ORDER_MARK);
  return { hasByteOrderMark, text: hasByteOrderMark ? text.slice(1) : text };
}

/** The inverse of `decodeJson`. */
export function encodeJson(json: JsonText): Buffer {
  return Buffer.from((json.hasByteOrderMark ? BYTE_ORDER_MARK : "") + json.text, "utf8");
}

/** `LINE:COLUMN` of an offset, both from 1, columns counted as editors do (UTF-16 units, no byte order mark). */
export function positionOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
