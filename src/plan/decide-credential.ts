import type { Credential } from "../inspect/credential.ts";

/** Which of two credentials is to live in the store, and why. */
export interface CredentialDecision {
  readonly winner: "store" | "incoming";
  readonly reason: string;
}

/** Better states first. An unreadable one may be anything, so nothing is put over it. */
const RANK = { unreadable: 0, valid: 1, blank: 2, malformed: 3, absent: 4 } as const;

/**
 * A valid login beats everything else; of two valid ones the later `expiresAt` wins (one that never expires
 * being the latest); of two that log nobody in, and of equals, the store's stays.
 */
export function decideCredential(store: Credential, incoming: Credential): CredentialDecision {
  if (store.state === "unreadable")
    return { winner: "store", reason: "the store's cannot be read, so it is left alone" };
  if (incoming.state !== "valid") {
    // Blank and malformed ones are the client's record of what happened; they come along only where there is nothing.
    const winner = store.state === "absent" && incoming.state !== "absent" ? "incoming" : "store";
    return { winner, reason: winner === "store" ? `the other is ${incoming.state}` : "the store has none" };
  }
  if (store.state !== "valid") {
    return { winner: "incoming", reason: `the store's is ${store.state}` };
  }
  const later = (incoming.expiresAt ?? Infinity) > (store.expiresAt ?? Infinity);
  return later
    ? { winner: "incoming", reason: "it expires later than the store's" }
    : { winner: "store", reason: "it expires no earlier than the other" };
}

/** Orders credentials for "which of these is the best login": negative where `a` is better. */
export function compareCredentials(a: Credential, b: Credential): number {
  if (a.state === "valid" && b.state === "valid") {
    const [timeA, timeB] = [a.expiresAt ?? Infinity, b.expiresAt ?? Infinity];
    return timeA === timeB ? 0 : timeA > timeB ? -1 : 1;
  }
  return RANK[a.state] - RANK[b.state];
}
