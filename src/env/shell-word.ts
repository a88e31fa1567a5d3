/** A word of a shell's, or why it is no constant; `at` is where that shows. */
export type Word =
  | { readonly ok: true; readonly value: string; readonly end: number }
  | { readonly ok: false; readonly why: string; readonly at: number };

/** What ends a word outside of quotes. */
const END = /[ \t\n]/;
const EXPANSION = "has a $ or a backquote, which a shell replaces by something else";
/** Outside of quotes; each means something else to one shell or the other. */
const SYNTAX = /[;&|<>(){}*?[\]~!]/;

/**
 * Reads one word as bash reads it where it is a plain constant: bare characters, `'…'`, `"…"` and backslashes in any
 * order, up to a blank, a line's end or the text's. What would have to be run or looked up is refused.
 */
export function readWord(text: string, start: number): Word {
  let value = "";
  let at = start;
  while (at < text.length && !END.test(text.charAt(at))) {
    const part = readPart(text, at);
    if (!part.ok) return part;
    value += part.value;
    at = part.end;
  }
  return { ok: true, value, end: at };
}

function readPart(text: string, at: number): Word {
  const character = text.charAt(at);
  if (character === "'") return readSingle(text, at);
  if (character === '"') return readDouble(text, at);
  if (character === "\\") return readEscape(text, at);
  if (character === "$" || character === "`") return { ok: false, why: EXPANSION, at };
  if (character === "\r")
    return { ok: false, why: "ends as Windows ends lines, which a shell takes as text", at };
  if (SYNTAX.test(character)) return { ok: false, why: "is more than a constant", at };
  return { ok: true, value: character, end: at + 1 };
}

function readSingle(text: string, at: number): Word {
  const close = text.indexOf("'", at + 1);
  return close === -1 ? unclosed(at) : { ok: true, value: text.slice(at + 1, close), end: close + 1 };
}

function readDouble(text: string, start: number): Word {
  let value = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return { ok: true, value, end: at + 1 };
    if (character === "$" || character === "`") return { ok: false, why: EXPANSION, at };
    if (character === "\\" && /["\\$`\n]/.test(text.charAt(at + 1))) {
      at += 1;
      value += text.charAt(at) === "\n" ? "" : text.charAt(at);
    } else value += character;
  }
  return unclosed(start);
}

function readEscape(text: string, at: number): Word {
  const next = text.charAt(at + 1);
  if (next === "") return { ok: false, why: "ends in a backslash", at };
  return { ok: true, value: next === "\n" ? "" : next, end: at + 2 };
}

function unclosed(at: number): Word {
  return { ok: false, why: "opens a quote that is not closed", at };
}
