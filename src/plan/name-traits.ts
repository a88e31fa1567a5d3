/** Encrypted directories hold no longer names, in bytes. */
const LONG = 143;

/** Two names that a file system takes for one where it is blind to case or to how an accent is written, or drops a dot at the end. */
export type Twins = readonly [Buffer, Buffer];

/** What some file systems refuse in a name, each trait once: one name with it tells how another one does. */
export function oddTraits(name: Buffer): string[] {
  const text = name.toString("utf8");
  const traits = [...new Set(text)].filter((character) => /[\p{Cc}"*:<>?\\|]/u.test(character));
  if (!Buffer.from(text).equals(name)) traits.push("bytes that are no UTF-8");
  if (/[. ]$/.test(text)) traits.push("a dot or blank at the end");
  if (/[\u{10000}-\u{10ffff}]/u.test(text)) traits.push("a character beyond 16 bits");
  if (name.length > LONG) traits.push("long");
  return traits;
}

/** The twins among the names of one directory. */
export function findTwins(names: readonly Buffer[]): Twins[] {
  const seen = new Map<string, Buffer>();
  const found: Twins[] = [];
  for (const name of names) {
    const folded = fold(name);
    const first = seen.get(folded);
    if (first === undefined) seen.set(folded, name);
    else found.push([first, name]);
  }
  return found;
}

/** How two twins differ: by case, by the way accents are written, or in another way. */
export function kindOfTwins([first, second]: Twins): string {
  const [a, b] = [first.toString("utf8"), second.toString("utf8")];
  if (a.toLowerCase() === b.toLowerCase()) return /^[\0-\x7f]*$/.test(a) ? "case" : "case beyond ASCII";
  return a.normalize() === b.normalize() ? "normalisation" : "other";
}

function fold(name: Buffer): string {
  const text = name.toString("utf8");
  // Each broken byte reads as the same sign: such names are twins of nothing.
  if (text.includes("\ufffd")) return `\0${name.toString("latin1")}`;
  return text
    .normalize()
    .toLowerCase()
    .replace(/[. ]+$/, "");
}
