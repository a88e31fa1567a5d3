import { validateHeaderName, validateHeaderValue } from "node:http";
import { UserError } from "../../errors.ts";
import type { TokenKind } from "../env-names.ts";

type Headers = Readonly<Record<string, string>>;

interface Secrets {
  readonly kind: TokenKind;
  readonly token: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const TOKEN_HEADERS = {
  "auth-token": (token: string): Headers => ({ authorization: `Bearer ${token}` }),
  "api-key": (token: string): Headers => ({ "x-api-key": token }),
  "oauth-token": (token: string): Headers => ({
    authorization: `Bearer ${token}`,
    "anthropic-beta": "oauth-2025-04-20",
  }),
} as const satisfies Readonly<Record<TokenKind, (token: string) => Headers>>;

const ACCEPT = { accept: "application/json", "accept-encoding": "identity" };

/**
 * The headers of a request, names in lower case: `custom` without the token, `all` with it. A header of the user's
 * takes the place of one of ours of that name, as with the client.
 * @throws UserError where the token or a header holds what HTTP cannot carry; it repeats no value
 */
export function requestHeaders({ kind, token, headers }: Secrets): {
  readonly custom: Headers;
  readonly all: Headers;
} {
  const check = (what: string, name: string, value: string): void => {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new UserError(
        `${what} holds a character that an HTTP header cannot carry`,
        "set it anew: claude-credentials env set",
      );
    }
  };
  check("the token", "authorization", token);
  for (const [name, value] of headers) check(`the header ${name}`, name, value);
  const own = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const custom = { ...ACCEPT, ...own };
  const ours = { "anthropic-version": "2023-06-01", ...TOKEN_HEADERS[kind](token) };
  return { custom, all: { ...ACCEPT, ...ours, ...own } };
}
