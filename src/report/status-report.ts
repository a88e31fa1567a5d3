import type { Credential, CredentialFacts } from "../inspect/credential.ts";
import type { HomeEntry } from "../inspect/entry.ts";
import type { StatusInspection } from "../inspect/inspect-status.ts";
import type { StoreKind } from "../inspect/store-candidate.ts";
import { accountOf } from "../plan/decide-state.ts";
import { finding, type Finding } from "./finding.ts";
import { quote } from "./quote.ts";

export interface LinkStatus {
  readonly path: string;
  /** Where it leads, as the link's text says; null where there is no link. */
  readonly target: string | null;
  readonly state: "ok" | "missing" | "dangling" | "replaced" | "foreign" | "mount";
}

/** The state of the login; its JSON is this object as it stands. Times in epoch milliseconds, durations in seconds, unknown is null. */
export interface StatusReport {
  readonly version: 1;
  readonly mode: "oauth" | "none";
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

/** What a client needs to find it has a login (facts C27). */
const NEEDED_SCOPE = "user:inference";

/** @param exposed what builds of the project's images do to the store */
export function statusReport(inspection: StatusInspection, exposed: Finding | null = null): StatusReport {
  const { credential, now, stateFile, persistent, store, locks } = inspection;
  const facts = factsOf(credential);
  const loggedIn = isLoggedIn(credential, now);
  const links = linksOf(inspection);
  return {
    version: 1,
    mode: credential.state === "valid" ? "oauth" : "none",
    loggedIn,
    persistent,
    account: stateFile.state === "valid" ? accountOf(stateFile.document) : null,
    credential: {
      state: credential.state,
      expiresAt: facts.expiresAt,
      expiresIn: facts.expiresAt === null ? null : Math.round((facts.expiresAt - now) / 1000),
      refreshTokenExpiresAt: facts.refreshTokenExpiresAt,
      hasRefreshToken: facts.hasRefreshToken,
      scopes: facts.scopes,
      subscriptionType: facts.subscriptionType,
    },
    store,
    links,
    locks,
    findings: [
      ...credentialFindings(inspection, loggedIn),
      ...storeFindings(inspection),
      ...(exposed === null ? [] : [exposed]),
      ...linkFindings(links),
    ],
  };
}

/** A client started now would work: a valid login with the scope to use it, unexpired or refreshable. */
export function isLoggedIn(credential: Credential, now: number): boolean {
  if (credential.state !== "valid" || !credential.scopes.includes(NEEDED_SCOPE)) return false;
  if (credential.expiresAt === null || credential.expiresAt > now) return true;
  return (
    credential.hasRefreshToken &&
    (credential.refreshTokenExpiresAt === null || credential.refreshTokenExpiresAt > now)
  );
}

const NO_FACTS: CredentialFacts = {
  expiresAt: null,
  refreshTokenExpiresAt: null,
  hasRefreshToken: false,
  scopes: [],
  subscriptionType: null,
};

function factsOf(credential: Credential): CredentialFacts {
  return credential.state === "valid" || credential.state === "blank" ? credential : NO_FACTS;
}

function linksOf({ layout, config, state, wanted, persistent }: StatusInspection): LinkStatus[] {
  // A directory that the user chose by CLAUDE_CONFIG_DIR, and that persists, needs no link.
  if (layout.state === null && config.kind === "absent" && config.persistent) return [];
  if (layout.state === null && config.kind === "directory" && persistent) return [];
  const links = [linkStatus(layout.config, config, wanted.config, true)];
  if (layout.state !== null && state !== null)
    links.push(linkStatus(layout.state, state, wanted.state, false));
  return links;
}

function linkStatus(path: string, entry: HomeEntry, wanted: string | null, isDirectory: boolean): LinkStatus {
  switch (entry.kind) {
    case "absent":
      return { path, target: null, state: "missing" };
    case "mounted":
      return { path, target: null, state: "mount" };
    case "symlink": {
      const { text } = entry;
      // A state file that was not written yet is no fault: the client makes it where the link leads (facts C3).
      const isOurs =
        wanted === null ? /\/\.claude-credentials(\/\.claude\.json)?$/.test(text) : text === wanted;
      const isAwaited = isOurs && !isDirectory && entry.landsIn !== null;
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

function credentialFindings(inspection: StatusInspection, loggedIn: boolean): Finding[] {
  const { credential, credentialEntry, configPath, user } = inspection;
  const path = `${configPath ?? inspection.layout.config}/.credentials.json`;
  const findings: Finding[] = [];
  const login = "log in: claude auth login";
  switch (credential.state) {
    case "absent":
      findings.push(finding("CREDENTIAL_ABSENT", "nobody is logged in", login, path));
      break;
    case "malformed":
      findings.push(
        finding("CREDENTIAL_MALFORMED", "the credential file is empty, cut off or no JSON", login, path),
      );
      break;
    case "blank":
      findings.push(
        finding(
          "CREDENTIAL_BLANK",
          "the server refused this login, and Claude Code wrote that down",
          login,
          path,
        ),
      );
      break;
    case "unreadable":
      findings.push(
        finding(
          "CREDENTIAL_MODE",
          `the credential file cannot be read (${credential.errnoCode})`,
          `look at its owner and mode: ls -l ${quote(path)}`,
          path,
        ),
      );
      break;
    case "valid":
      if (!loggedIn) {
        const why = !credential.scopes.includes(NEEDED_SCOPE)
          ? `the login lacks the scope ${NEEDED_SCOPE}`
          : credential.hasRefreshToken
            ? "the login has ended"
            : "the access token has expired and there is no refresh token";
        findings.push(finding("CREDENTIAL_EXPIRED", why, login, path));
      }
      break;
  }
  if (credentialEntry !== null && (credentialEntry.mode & 0o077) !== 0) {
    findings.push(
      finding(
        "CREDENTIAL_MODE",
        `others may read the credential (mode 0${credentialEntry.mode.toString(8)})`,
        `chmod 600 ${quote(path)}`,
        path,
      ),
    );
  }
  if (credentialEntry !== null && credentialEntry.uid !== user.uid && user.uid !== 0) {
    findings.push(
      finding(
        "STORE_WRONG_OWNER",
        `the credential belongs to uid ${credentialEntry.uid.toString()}`,
        `sudo chown ${user.uid.toString()}:${user.gid.toString()} ${quote(path)}`,
        path,
      ),
    );
  }
  return findings;
}

function storeFindings({ persistent, config, configPath, layout, user }: StatusInspection): Finding[] {
  if (config.kind === "symlink" && config.outOfReach) {
    const root = config.text.replace(/\/[^/]*$/, "");
    const owner = `${user.uid.toString()}:${user.gid.toString()}`;
    return [
      finding(
        "STORE_WRONG_OWNER",
        `${root} is closed to you (uid ${user.uid.toString()}), so the login in it cannot be used`,
        `sudo chown -hR ${owner} ${quote(root)}   then: claude-credentials start`,
        root,
      ),
    ];
  }
  if (persistent || configPath === null) return [];
  return [
    finding(
      "STORE_NOT_PERSISTENT",
      "the login lies in the container and is gone with it",
      "run: claude-credentials start --workspace DIR   with the project's folder",
      layout.config,
    ),
  ];
}

function linkFindings(links: readonly LinkStatus[]): Finding[] {
  const repair = "run: claude-credentials start";
  return links.flatMap(({ path, target, state }): Finding[] => {
    switch (state) {
      case "missing":
      case "dangling":
        return [
          finding(
            "LINK_MISSING",
            `${path} ${state === "missing" ? "is not there" : `leads to ${target ?? "?"}, where nothing is`}`,
            repair,
            path,
          ),
        ];
      case "replaced":
        return [finding("LINK_REPLACED", `${path} is no link to the store`, repair, path)];
      case "foreign":
        return [
          finding(
            "LINK_FOREIGN",
            `${path} leads to ${target ?? "?"}, which is not the store`,
            `${repair} --adopt   to take over what lies there`,
            path,
          ),
        ];
      case "ok":
      case "mount":
        return [];
    }
  });
}
