import { isObject } from "../inspect/credential.ts";
import { decideState, type StateDecision, type StateFile } from "./decide-state.ts";

/** How a state file that somebody brings on purpose meets the one that is there. */
export interface BroughtState {
  /** Whether the login that it goes with takes the place of the one that is there. */
  readonly takesAccount: boolean;
}

type Document = Readonly<Record<string, unknown>>;

/**
 * `decideState` for a state file that is brought on purpose: its account takes the place of the other, if its login does,
 * and it is kept in the backups only for what the result does not say.
 */
export function decideBroughtState(
  there: StateFile,
  brought: StateFile,
  backups: readonly Document[],
  { takesAccount }: BroughtState,
): StateDecision {
  const plain = decideState(there, brought, backups);
  if (brought.state !== "valid" || plain.content === "incoming") return plain;
  const old = there.state === "valid" ? there.document : {};
  const base = plain.content === "store" ? old : plain.content;
  const account = brought.document["oauthAccount"];
  const isTaken = takesAccount && isObject(account) && !isEqual(base["oauthAccount"], account);
  const document = isTaken ? { ...base, oauthAccount: account } : base;
  return {
    content: isTaken ? document : plain.content,
    backUpStore: plain.backUpStore || (isTaken && isOtherAccount(old, brought.document)),
    backUpIncoming: !Object.entries(brought.document).every(([name, value]) =>
      isEqual(document[name], value),
    ),
    reason: isTaken ? "the account is the one that is brought" : plain.reason,
  };
}

/** Whether two state files are known to name different accounts. */
export function isOtherAccount(one: Document, other: Document): boolean {
  const [first, second] = [one["oauthAccount"], other["oauthAccount"]];
  if (!isObject(first) || !isObject(second)) return false;
  return ["accountUuid", "emailAddress"].some((name) => {
    const [a, b] = [first[name], second[name]];
    return typeof a === "string" && typeof b === "string" && a !== b;
  });
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
