import type { Credential, CredentialFacts } from "../inspect/credential.ts";
import type { ModeInForce } from "../env/mode-in-force.ts";
import type { HomeEntry } from "../inspect/entry.ts";
import type { EnvLook } from "../inspect/inspect-env.ts";
import type { StatusInspection } from "../inspect/inspect-status.ts";
import { isOwnTarget } from "../inspect/own-target.ts";
import type { StoreKind } from "../inspect/store-candidate.ts";
import { accountOf } from "../plan/decide-state.ts";
import type { Finding } from "./finding.ts";
import { isLoggedIn } from "./logged-in.ts";
import { modeStatus } from "./mode-status.ts";
import { stateFindings } from "./state-findings.ts";
import {
  credentialFindings,
  linkFindings,
  storeFindings,
  closedRoot,
  type LoginLimits,
} from "./status-findings.ts";

export interface LinkStatus {
  readonly path: string;
  /** Where it leads, as the link's text says; null where there is no link. */
  readonly target: string | null;
  readonly state: "ok" | "missing" | "dangling" | "replaced" | "foreign" | "mount";
}

/** The state of the login; its JSON is this object as it stands. Times in epoch milliseconds, durations in seconds, unknown is null. */
export interface StatusReport {
  readonly version: 1;
  /** How a client started now would log in. */
  readonly mode: ModeInForce["mode"];
  readonly loggedIn: boolean;
  readonly persistent: boolean;
  readonly account: { readonly email: string | null; readonly organization: string | null } | null;
  readonly credential: {
    readonly state: Credential["state"];
    readonly expiresAt: number | null;
    readonly expiresIn: number | null;
    readonly refreshTokenExpiresAt: number | null;
    readonly hasRefreshToken: boolean;
    readonly scopes: readonly string[];
    readonly subscriptionType: string | null;
  };
  readonly store: { readonly root: string; readonly kind: StoreKind } | null;
  readonly links: readonly LinkStatus[];
  readonly locks: StatusInspection["locks"];
  readonly findings: readonly Finding[];
}

/** @param around what was found around the store */
export function statusReport(look: EnvLook, around: readonly Finding[], limits: LoginLimits): StatusReport {
  const inspection = look.status;
  const { credential, now, stateFile, store, locks } = inspection;
  const { inForce, loggedIn, persistent, findings } = modeStatus(look);
  const links = linksOf(inspection);
  const needsLogin = inForce.mode === "oauth" || inForce.mode === "none";
  return {
    version: 1,
    mode: inForce.mode,
    loggedIn,
    persistent,
    account: stateFile.state === "valid" ? accountOf(stateFile.document) : null,
    credential: credentialStatus(credential, now),
    store,
    links,
    locks,
    findings: [
      ...credentialFindings(inspection, isLoggedIn(credential, now), needsLogin, limits),
      ...stateFindings(inspection, loggedIn),
      ...storeFindings(inspection),
      ...inspection.troubles,
      ...around,
      ...linkFindings(links, closedRoot(inspection)),
      ...findings,
    ],
  };
}

const NO_FACTS: CredentialFacts = {
  expiresAt: null,
  refreshTokenExpiresAt: null,
  hasRefreshToken: false,
  scopes: [],
  subscriptionType: null,
};

/** What is told of a credential. */
export function credentialStatus(credential: Credential, now: number): StatusReport["credential"] {
  const facts = factsOf(credential);
  return {
    state: credential.state,
    expiresAt: facts.expiresAt,
    expiresIn: facts.expiresAt === null ? null : Math.round((facts.expiresAt - now) / 1000),
    refreshTokenExpiresAt: facts.refreshTokenExpiresAt,
    hasRefreshToken: facts.hasRefreshToken,
    scopes: facts.scopes,
    subscriptionType: facts.subscriptionType,
  };
}

function factsOf(credential: Credential): CredentialFacts {
  return credential.state === "valid" || credential.state === "blank" ? credential : NO_FACTS;
}

function linksOf(inspection: StatusInspection): LinkStatus[] {
  const { layout, config, state, persistent, isPointedAt } = inspection;
  if (isPointedAt) return [];
  // A directory that the user chose by CLAUDE_CONFIG_DIR, and that persists, needs no link.
  if (layout.state === null && config.kind === "absent" && config.persistent) return [];
  if (layout.state === null && config.kind === "directory" && persistent) return [];
  const links = [linkStatus("config", layout.config, config, inspection)];
  if (layout.state !== null && state !== null)
    links.push(linkStatus("state", layout.state, state, inspection));
  return links;
}

function linkStatus(
  link: "config" | "state",
  path: string,
  entry: HomeEntry,
  inspection: StatusInspection,
): LinkStatus {
  switch (entry.kind) {
    case "absent":
      return { path, target: null, state: "missing" };
    case "mounted":
      return { path, target: null, state: "mount" };
    case "symlink": {
      const { text } = entry;
      const isLikeOurs = /\/\.claude-credentials(\/\.claude\.json)?$/.test(text);
      const isUnknown = inspection.wanted[link] === null;
      const isOurs = isOwnTarget(link, text, inspection) || (isUnknown && isLikeOurs);
      // A state file that was not written yet is no fault: the client makes it where the link leads (facts C3).
      const isAwaited = isOurs && link === "state" && entry.landsIn !== null;
      if (entry.leadsTo === "nothing") return { path, target: text, state: isAwaited ? "ok" : "dangling" };
      return { path, target: text, state: isOurs ? "ok" : "foreign" };
    }
    case "directory":
    case "file":
    case "special":
    case "unreadable":
      return { path, target: null, state: "replaced" };
  }
}
