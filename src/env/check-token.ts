import { whyNoHeader } from "./check-value.ts";
import type { TokenKind } from "./env-names.ts";

/** `why` and `doubts` are the rest of a sentence about the token, and hold nothing of it. */
export type TokenVerdict =
  { readonly ok: false; readonly why: string } | { readonly ok: true; readonly doubts: readonly string[] };

/** Characters; every token that is known is far longer. */
const SHORTEST = 16;

const REFRESH_TOKEN_PREFIX = "sk-ant-ort";

/** What Anthropic's own tokens begin with, and the kind that goes with it; null for one that no kind can use. */
const PREFIXES: readonly (readonly [prefix: string, kind: TokenKind | null, what: string])[] = [
  ["sk-ant-api", "api-key", "an API key of Anthropic's (--kind api-key)"],
  ["sk-ant-oat", "oauth-token", "an OAuth token of Anthropic's (--kind oauth-token)"],
  [REFRESH_TOKEN_PREFIX, null, "a refresh token, which is good for one use and logs nothing in by itself"],
  ["sk-ant-admin", null, "a key to Anthropic's admin interface, which answers no prompts"],
  ["sk-ant-sid", null, "the cookie of a browser"],
];

/** Refuses what cannot be a token, and says what makes one look wrong. */
export function checkToken(kind: TokenKind, token: string): TokenVerdict {
  const why = token.includes("\t") ? "has a control character in it" : whyNoHeader(token);
  if (why !== null) return { ok: false, why };
  const bare = token.trim().replace(/^["']/, "");
  const known = PREFIXES.find(([prefix]) => bare.startsWith(prefix));
  const doubts = [
    ...(/^\s*bearer\s/i.test(token) ? ["begins with the word Bearer, which Claude Code adds itself"] : []),
    ...(/\s/.test(token) ? ["has white space in it"] : []),
    ...(/["'`]/.test(token) ? ["has a quote in it"] : []),
    // eslint-disable-next-line no-control-regex -- all that is not ASCII
    ...(/[^\u0000-\u007f]/.test(token) ? ["has characters in it that are not ASCII"] : []),
    ...(/\$\{?\w|\bANTHROPIC_/.test(token) ? ["looks like the name of a variable, not like its value"] : []),
    ...(token.length < SHORTEST ? [`is shorter than ${SHORTEST} characters`] : []),
    ...(known !== undefined && known[1] !== kind ? [`looks like ${known[2]}`] : []),
    ...(kind === "oauth-token" && known === undefined
      ? ["does not begin like an OAuth token (claude setup-token makes one)"]
      : []),
  ];
  return { ok: true, doubts };
}

/** Why a text cannot be the refresh token that logs in, as the rest of a sentence that holds nothing of it; or null. */
export function whyNoRefreshToken(token: string): string | null {
  const why = whyNoHeader(token);
  if (why !== null) return why;
  if (/\s/.test(token)) return "has white space in it";
  const known = PREFIXES.find(([prefix]) => token.startsWith(prefix));
  if (known !== undefined && known[0] !== REFRESH_TOKEN_PREFIX) return `looks like ${known[2]}`;
  return token.length < SHORTEST ? `is shorter than ${SHORTEST} characters` : null;
}
