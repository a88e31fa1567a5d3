import type { CredentialState } from "../inspect/credential.ts";
import type { StoreKind } from "../inspect/store-candidate.ts";
import { loginFactsText } from "./decide-state.ts";

/** Whether a state file names an account: `unknown` where there is no valid one to ask. */
export type NamesAccount = "yes" | "no" | "unknown" | "unreadable";

export type LastKnownGoodDecision =
  /** The store's login is copied. */
  | "keep"
  /** The copy becomes the store's login. */
  | "restore"
  /** The copy goes: the login was given up or refused, or the store is one that nothing ordinary takes away. */
  | "forget"
  | "leave";

/**
 * What becomes of the copy of the last valid login. A login that git took away, or that is damaged, comes back; one
 * that the server refused (a blank credential) or that the user gave up (`auth logout` removes the credential and
 * the account, never the state file) does not: the same token would be refused again (facts C21).
 */
export function decideLastKnownGood(seen: {
  /** The kind of the store that was chosen. */
  readonly kind: StoreKind;
  readonly copy: CredentialState;
  readonly isCurrent: boolean;
  readonly live: CredentialState;
  readonly namesAccount: NamesAccount;
}): LastKnownGoodDecision {
  const { kind, copy, isCurrent, live, namesAccount } = seen;
  const forget = copy === "absent" || copy === "unreadable" ? "leave" : "forget";
  const restore = copy === "valid" ? "restore" : "leave";
  switch (live) {
    case "valid":
      if (kind !== "workspace") return forget;
      return isCurrent ? "leave" : "keep";
    case "blank":
      return forget;
    case "malformed":
      return restore;
    case "absent":
      if (namesAccount === "no") return forget;
      return namesAccount === "unreadable" ? "leave" : restore;
    case "unreadable":
      return "leave";
  }
}

/** The text of the state file that is kept with the copy: enough that the client asks for no onboarding. */
export function lastKnownGoodFacts(document: Readonly<Record<string, unknown>>): string {
  return loginFactsText(document);
}
