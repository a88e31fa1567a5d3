import { UserError } from "../errors.ts";
import { checkBaseUrl } from "./check-base-url.ts";
import { checkToken } from "./check-token.ts";
import { checkHeader, parseHeaders, renderHeaders, type Header } from "./custom-headers.ts";
import type { EnvFile } from "./env-file.ts";
import { BASE_URL_VARIABLE, HEADERS_VARIABLE, TOKEN_VARIABLE, type TokenKind } from "./env-names.ts";

/** The API mode as a person sets it. `token` and the headers' values are secrets. */
export interface Draft {
  /** Null means Anthropic's own. */
  readonly baseUrl: string | null;
  readonly kind: TokenKind | null;
  readonly token: string | null;
  readonly headers: readonly Header[];
  readonly others: ReadonlyMap<string, string>;
  readonly to: NonNullable<EnvFile["to"]>;
}

/** What is asked without anything set before. */
export const EMPTY_DRAFT: Draft = {
  ...{ baseUrl: null, kind: null, token: null, headers: [] },
  ...{ others: new Map(), to: "both" },
};

/** What is set already, as the defaults of what is asked. */
export function draftOf({ variables, to }: EnvFile): Draft {
  const kinds = Object.entries(TOKEN_VARIABLE) as [TokenKind, string][];
  // The first one is the one that the client takes (facts C12).
  const kind = kinds.find(([, name]) => (variables.get(name) ?? "") !== "")?.[0] ?? null;
  const known = [BASE_URL_VARIABLE, HEADERS_VARIABLE, ...Object.values(TOKEN_VARIABLE)];
  return {
    baseUrl: variables.get(BASE_URL_VARIABLE) ?? null,
    kind,
    token: kind === null ? null : (variables.get(TOKEN_VARIABLE[kind]) ?? null),
    headers: parseHeaders(variables.get(HEADERS_VARIABLE) ?? ""),
    others: new Map([...variables].filter(([name]) => !known.includes(name))),
    to: to ?? "shell",
  };
}

/** A draft that may be written down, and what a person should look at once more. */
export interface CheckedDraft {
  readonly draft: Draft & { readonly kind: TokenKind; readonly token: string };
  readonly file: EnvFile;
  readonly doubts: readonly string[];
}

/**
 * @param insecure lets http go to any host
 * @throws UserError (exit code 2) for what cannot be right; it never holds a secret
 */
export function checkDraft(draft: Draft, insecure: boolean): CheckedDraft {
  const { kind, token } = draft;
  if (kind === null)
    throw refusal("no kind of token is given", "say which: --kind auth-token, api-key or oauth-token");
  if (token === null)
    throw refusal(
      "no token is given, and none is set yet",
      "give it on standard input: claude-credentials env set --kind KIND --token-stdin <FILE",
    );
  const checked = checkToken(kind, token);
  if (!checked.ok) throw refusal(`the token ${checked.why}`, "copy it again, whole and alone");
  const url = draft.baseUrl === null ? null : checkBaseUrl(draft.baseUrl, insecure);
  if (url?.ok === false) throw refusal(url.why, url.hint);
  for (const [name, value] of draft.headers) {
    const header = checkHeader(name, value);
    if (!header.ok)
      throw refusal(header.why, "a header is a NAME with --header, its value on standard input");
  }
  const complete = { ...draft, baseUrl: url === null ? null : url.url, kind, token };
  const doubts = [...checked.doubts.map((doubt) => `the token ${doubt}`), ...(url?.warnings ?? [])];
  return { draft: complete, file: fileOf(complete), doubts };
}

function fileOf({ baseUrl, kind, token, headers, others, to }: CheckedDraft["draft"]): EnvFile {
  const variables = new Map<string, string>([
    ...(baseUrl === null ? [] : [[BASE_URL_VARIABLE, baseUrl] as const]),
    [TOKEN_VARIABLE[kind], token],
    ...(headers.length === 0 ? [] : [[HEADERS_VARIABLE, renderHeaders(headers)] as const]),
    ...others,
  ]);
  return { variables, to };
}

function refusal(message: string, hint: string): UserError {
  return new UserError(`env set: ${message}`, `${hint}; nothing was changed`, 2);
}
