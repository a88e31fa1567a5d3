/**
 * Why a variable cannot be set to such a value, as the rest of a sentence (`is empty`, `has a line break in it`), or
 * null. It never holds any of the value.
 */
export function whyNoValue(value: string): string | null {
  if (value.trim() === "") return "is empty";
  if (/[\r\n]/.test(value)) return "has a line break in it";
  // eslint-disable-next-line no-control-regex -- what must not get into a variable or a header
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value)) return "has a control character in it";
  // What a decoder puts in the place of bytes that are none of UTF-8.
  if (/\uFFFD|\p{Surrogate}/u.test(value)) return "has bytes in it that are no UTF-8 text";
  return null;
}

/** The same for what Claude Code sends as a header: it sends nothing at all where one of them is beyond Latin-1. */
export function whyNoHeader(value: string): string | null {
  const why = whyNoValue(value);
  return why ?? (/[^\0-\u00ff]/.test(value) ? "has characters in it that no header can carry" : null);
}
