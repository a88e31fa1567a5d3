import { parseCredential } from "../inspect/credential.ts";
import { accessOnly } from "./access-only.ts";

/** A login as it is captured, or why it cannot be. */
export type CapturedLogin =
  | {
      readonly kind: "login";
      readonly text: string;
      /** When it stops to work: of an access token alone its end, of a whole login that of its refresh token; null where that is not said. */
      readonly until: number | null;
      readonly isWhole: boolean;
    }
  | { readonly kind: "none"; readonly why: "absent" | "malformed" | "blank" | "ended" | "access-ended" };

/**
 * Decides what of a credential goes along: without its refresh token, which would end one of two logins at the first
 * renewal (facts C6), unless that is asked for.
 * @param text of the credential; null where there is none
 * @param now epoch milliseconds
 */
export function captureLogin(text: string | null, whole: boolean, now: number): CapturedLogin {
  const credential = parseCredential(text);
  if (text === null) return { kind: "none", why: "absent" };
  if (credential.state !== "valid") return { kind: "none", why: credential.state };
  const { expiresAt, refreshTokenExpiresAt, hasRefreshToken } = credential;
  const isWhole = whole && hasRefreshToken;
  const until = isWhole ? refreshTokenExpiresAt : expiresAt;
  if (until !== null && until <= now) return { kind: "none", why: isWhole ? "ended" : "access-ended" };
  const portable = isWhole ? text : accessOnly(text);
  return portable === null
    ? { kind: "none", why: "absent" }
    : { kind: "login", text: portable, until, isWhole };
}
