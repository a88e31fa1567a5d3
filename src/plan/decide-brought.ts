import type { Credential } from "../inspect/credential.ts";
import { isLoggedIn } from "../report/logged-in.ts";
import { decideCredential, type CredentialDecision } from "./decide-credential.ts";

/** How a login that somebody brings on purpose meets the one that is there. */
export interface BringRule {
  /**
   * `better`: the better one lives on. `fresh`: a person logged in a moment ago, so that another account is what they
   * want. `forced`: the one that is brought lives on, whatever it is.
   */
  readonly kind: "better" | "fresh" | "forced";
  /** Whether the two are known to be of different accounts. */
  readonly isOtherAccount: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Which of two logins lives on where one is brought on purpose. Beyond `decideCredential`: one that logs somebody in
 * beats one that does not, and one that cannot renew itself never takes the place of one that can, unless forced.
 */
export function decideBrought(there: Credential, brought: Credential, rule: BringRule): CredentialDecision {
  const { kind, isOtherAccount, now } = rule;
  const plain = decideCredential(there, brought);
  if (there.state === "unreadable") return plain;
  if (kind === "forced" && brought.state !== "absent") return { winner: "incoming", reason: "forced" };
  const works = [isLoggedIn(there, now), isLoggedIn(brought, now)] as const;
  if (works[0] !== works[1])
    return works[1]
      ? { winner: "incoming", reason: "the one that is there logs nobody in" }
      : { winner: "store", reason: "the one that is brought logs nobody in" };
  if (there.state !== "valid" || brought.state !== "valid") return plain;
  if (there.hasRefreshToken && !brought.hasRefreshToken)
    return { winner: "store", reason: "it renews itself, and the one that is brought does not" };
  if (kind === "fresh" && (isOtherAccount || !there.hasRefreshToken))
    return { winner: "incoming", reason: isOtherAccount ? "another account logged in" : "it renews itself" };
  if (brought.hasRefreshToken && !there.hasRefreshToken && brought.expiresAt === there.expiresAt)
    return { winner: "incoming", reason: "it renews itself" };
  return plain;
}
