/**
 * A value as one word that bash, zsh, dash, ash and fish read back byte by byte. Quotes and backslashes stand outside of
 * quotes: fish reads both inside of single ones. Each line break stands alone in double quotes, so that no line of a
 * value can begin with anything else than a quote, and no two single quotes meet (zsh's `RC_QUOTES` makes one of them).
 * @throws Error for a value that no environment can hold, NUL or half of a surrogate pair in it
 */
export function quoteValue(value: string): string {
  if (/\0|\p{Surrogate}/u.test(value)) throw new Error("a value that no environment can hold");
  if (value === "") return "''";
  return value
    .split(/([\n'\\])/)
    .map((part) => SPECIAL.get(part) ?? `'${part}'`)
    .join("");
}

const SPECIAL = new Map([
  ["\n", '"\n"'],
  ["'", "\\'"],
  ["\\", "\\\\"],
  ["", ""],
]);
