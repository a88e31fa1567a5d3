import { isObject, parseObject } from "../inspect/credential.ts";

/** What a `.claude.json` says about the login: enough that the client asks for neither login nor onboarding (facts C2). Never `projects`. */
export const LOGIN_FACTS = [
  "oauthAccount",
  "hasCompletedOnboarding",
  "lastOnboardingVersion",
  "theme",
] as const;

/** A `.claude.json`: `absent` where there is no file, `malformed` where it is no JSON object (an empty file too). */
export type StateFile =
  | { readonly state: "absent" }
  | { readonly state: "malformed" }
  | { readonly state: "valid"; readonly document: Readonly<Record<string, unknown>> };

export function parseStateFile(text: string | null): StateFile {
  if (text === null) return { state: "absent" };
  // The client reads past a byte order mark here.
  const document = parseObject(text.replace(/^\uFEFF/, ""));
  return document === null ? { state: "malformed" } : { state: "valid", document };
}

/** The login facts alone. */
export function pickLoginFacts(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    LOGIN_FACTS.filter((name) => document[name] !== undefined).map((name) => [name, document[name]]),
  );
}

/** Those as the text of a state file. */
export function loginFactsText(document: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(pickLoginFacts(document), null, 2)}\n`;
}

/** The account and organization that a state file names, or null. */
export function accountOf(
  document: Readonly<Record<string, unknown>>,
): { email: string | null; organization: string | null } | null {
  const account = document["oauthAccount"];
  if (!isObject(account)) return null;
  const { emailAddress, organizationName } = account;
  return {
    email: typeof emailAddress === "string" ? emailAddress : null,
    organization: typeof organizationName === "string" ? organizationName : null,
  };
}

/**
 * Fills the login facts that `base` lacks from `other`; everything else of `base` stays as it is.
 * @returns null where nothing was missing.
 */
export function fillLoginFacts(
  base: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null {
  const missing = LOGIN_FACTS.filter((name) => lacks(base, name) && !lacks(other, name));
  if (missing.length === 0) return null;
  return { ...base, ...Object.fromEntries(missing.map((name) => [name, other[name]])) };
}

/** An onboarding that was not completed is as good as none; a `null` account is none. */
function lacks(document: Readonly<Record<string, unknown>>, name: (typeof LOGIN_FACTS)[number]): boolean {
  const value = document[name];
  return value === undefined || value === null || (name === "hasCompletedOnboarding" && value === false);
}

/** What is to be in the store's state file after it met another one, and which of the two must be kept in the backups. */
export interface StateDecision {
  /** `store`: left as it is; `incoming`: its bytes; an object: that, written anew. */
  readonly content: "store" | "incoming" | Readonly<Record<string, unknown>>;
  readonly backUpStore: boolean;
  readonly backUpIncoming: boolean;
  readonly reason: string;
}

/** @param backups valid state files from the backups, the newest first */
export function decideState(
  store: StateFile,
  incoming: StateFile,
  backups: readonly Readonly<Record<string, unknown>>[],
): StateDecision {
  if (store.state === "valid") {
    if (incoming.state === "absent")
      return { content: "store", backUpStore: false, backUpIncoming: false, reason: "nothing to merge" };
    const filled = incoming.state === "valid" ? fillLoginFacts(store.document, incoming.document) : null;
    return {
      content: filled ?? "store",
      backUpStore: false,
      backUpIncoming: true,
      reason: filled === null ? "the store's stays" : "login facts filled in",
    };
  }
  const backUpStore = store.state === "malformed";
  const newest = backUpStore || incoming.state === "malformed" ? backups[0] : undefined;
  if (newest !== undefined) {
    const filled = incoming.state === "valid" ? fillLoginFacts(newest, incoming.document) : null;
    return {
      content: filled ?? newest,
      backUpStore,
      backUpIncoming: incoming.state !== "absent",
      reason: "restored from the newest valid backup",
    };
  }
  if (incoming.state === "valid") {
    return {
      content: "incoming",
      backUpStore,
      backUpIncoming: false,
      reason: backUpStore ? "the store's was malformed" : "the store had none",
    };
  }
  return {
    content: backUpStore ? {} : "store",
    backUpStore,
    backUpIncoming: incoming.state === "malformed",
    reason: backUpStore
      ? "it was malformed and there is no backup"
      : incoming.state === "malformed"
        ? "the other is malformed"
        : "nothing to merge",
  };
}
