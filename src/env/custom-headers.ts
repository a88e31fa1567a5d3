import { whyNoHeader } from "./check-value.ts";

export type Header = readonly [name: string, value: string];

/** `why` is a sentence that holds nothing of the value. */
export type HeaderVerdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** A token of RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What says who asks, as the token does. */
const CREDENTIAL = /^(?:authorization|x-api-key)$/i;

/** The headers in a value of `ANTHROPIC_CUSTOM_HEADERS`: lines of `Name: value`; a line without a colon is none. */
export function parseHeaders(value: string): Header[] {
  return value.split(/\r\n|\n/).flatMap((line): Header[] => {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim();
    return name === "" ? [] : [[name, line.slice(colon + 1).trim()]];
  });
}

/** The value of `ANTHROPIC_CUSTOM_HEADERS` for such headers; a comma between two would make one of them (facts C28). */
export function renderHeaders(headers: readonly Header[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** Refuses what is no header. */
export function checkHeader(name: string, value: string): HeaderVerdict {
  if (!TOKEN.test(name)) {
    const why = "a header's name is one word of letters, digits and -";
    return {
      ok: false,
      why: `${why}; ${name.includes(":") ? "its value does not belong to it" : "this is none"}`,
    };
  }
  const why = whyNoHeader(value);
  return why === null ? { ok: true } : { ok: false, why: `the value of the header ${name} ${why}` };
}

/**
 * Whether a header says who asks. Claude Code 2.1.330 sends such a one instead of the token's, but for `Authorization`
 * beside `ANTHROPIC_AUTH_TOKEN` or an `apiKeyHelper`.
 */
export function isCredentialHeader(name: string): boolean {
  return CREDENTIAL.test(name);
}
