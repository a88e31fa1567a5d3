import { NEEDED_SCOPE, type CredentialFacts } from "../inspect/credential.ts";
import type { StatusInspection } from "../inspect/inspect-status.ts";
import { finding, type Finding } from "./finding.ts";
import { endOfLogin } from "./logged-in.ts";
import { quote } from "./quote.ts";
import { duration } from "./times.ts";
import type { LinkStatus } from "./status-report.ts";

const LOGIN = "log in: claude auth login";

/** Milliseconds: so long before a login ends it is warned of, and from which age on; null for no age. */
export interface LoginLimits {
  readonly warn: number;
  readonly maxAge: number | null;
}

/**
 * What a person should know of the credential: its state, its mode, its owner.
 * @param needsLogin false where a token does without: then a login that is not there is none that is missed
 */
export function credentialFindings(
  inspection: StatusInspection,
  loggedIn: boolean,
  needsLogin: boolean,
  limits: LoginLimits,
): Finding[] {
  const { credential, credentialEntry, configPath, user } = inspection;
  const path = `${configPath ?? inspection.layout.config}/.credentials.json`;
  const findings: Finding[] = [];
  switch (credential.state) {
    case "absent":
      if (needsLogin) findings.push(finding("CREDENTIAL_ABSENT", "nobody is logged in", LOGIN, path));
      break;
    case "malformed":
      findings.push(
        finding("CREDENTIAL_MALFORMED", "the credential file is empty, cut off or no JSON", LOGIN, path),
      );
      break;
    case "blank":
      if (!needsLogin) break;
      findings.push(
        finding(
          "CREDENTIAL_BLANK",
          "the server refused this login, and Claude Code wrote that down",
          LOGIN,
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
      if (needsLogin)
        findings.push(
          ...validityFindings(credential, inspection.now, limits.warn, loggedIn, path),
          ...ageFindings(inspection, limits.maxAge, path),
        );
      break;
  }
  if (credentialEntry !== null && (credentialEntry.mode & 0o077) !== 0) {
    findings.push(
      finding(
        "CREDENTIAL_MODE",
        `others may read the credential (mode 0${credentialEntry.mode.toString(8)})`,
        `chmod 600 ${quote(path)}${isExecutable(credentialEntry.mode) ? NO_MODES : ""}`,
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

/** Nobody gives a credential that bit: most likely this file system shows all files so. */
function isExecutable(mode: number): boolean {
  return (mode & 0o111) !== 0;
}

const NO_MODES =
  "   and where that changes nothing, no modes are kept there: claude-credentials explain STORE_MODE_IGNORED";

function validityFindings(
  credential: CredentialFacts,
  now: number,
  warn: number,
  loggedIn: boolean,
  path: string,
): Finding[] {
  const { scopes, hasRefreshToken } = credential;
  if (!scopes.includes(NEEDED_SCOPE))
    return [finding("CREDENTIAL_SCOPES", `the login lacks the scope ${NEEDED_SCOPE}`, LOGIN, path)];
  if (!loggedIn) {
    const why = hasRefreshToken
      ? "the login has ended"
      : "the access token has expired and there is no refresh token";
    return [finding("CREDENTIAL_EXPIRED", why, LOGIN, path)];
  }
  const end = endOfLogin(credential);
  if (end === null || end - now > warn) return [];
  const why = `the login ends in ${duration((end - now) / 1000)}${hasRefreshToken ? "" : ": there is no refresh token"}`;
  return [finding("CREDENTIAL_EXPIRING", why, LOGIN, path)];
}

function ageFindings(
  { signedInSince, now }: StatusInspection,
  maxAge: number | null,
  path: string,
): Finding[] {
  if (signedInSince === null || maxAge === null || now - signedInSince <= maxAge) return [];
  const age = duration((now - signedInSince) / 1000);
  const what = `the login is at least ${age} old, and none is to be older than ${duration(maxAge / 1000)}`;
  return [finding("CREDENTIAL_OLD", what, LOGIN, path)];
}

/** The store that the home leads to, where it may not be looked into; else null. */
export function closedRoot({ config }: StatusInspection): string | null {
  return config.kind === "symlink" && config.outOfReach ? config.text.replace(/\/[^/]*$/, "") : null;
}

/** What a person should know of the place that the login is kept in. */
export function storeFindings(inspection: StatusInspection): Finding[] {
  const { persistent, configPath, layout, user, workspace } = inspection;
  const root = closedRoot(inspection);
  if (root !== null) {
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
  if (persistent || configPath === null || inspection.isPointedAt) return [];
  return [
    finding(
      "STORE_NOT_PERSISTENT",
      "the login lies in the container and is gone with it",
      workspace === null
        ? "run: claude-credentials start --workspace DIR   with the project's folder"
        : `what is in the way is said by: claude-credentials start --workspace ${quote(workspace)}`,
      layout.config,
    ),
  ];
}

/**
 * A finding for each link that is not as the last `start` made it.
 * @param closed a store that may not be looked into: what leads there may lead to something all the same
 */
export function linkFindings(links: readonly LinkStatus[], closed: string | null): Finding[] {
  const repair = "run: claude-credentials start";
  return links.flatMap(({ path, target, state }): Finding[] => {
    switch (state) {
      case "missing":
        return [finding("LINK_MISSING", `${path} is not there`, repair, path)];
      case "dangling": {
        const isClosed = closed !== null && target?.startsWith(`${closed}/`) === true;
        const end = isClosed ? "which you may not look into" : "where nothing is";
        return [finding("LINK_MISSING", `${path} leads to ${target ?? "?"}, ${end}`, repair, path)];
      }
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
