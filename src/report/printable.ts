/**
 * `text` fit for a terminal and for one line: control characters (line breaks and escape sequences among
 * them) become `\xNN`, so that a file's name can neither forge a line of ours nor move the cursor.
 */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters to be made harmless
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
    character.charCodeAt(0) > 0xff
      ? `\\u${character.charCodeAt(0).toString(16)}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
