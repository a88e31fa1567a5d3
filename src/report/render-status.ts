import { displayPath } from "../layout.ts";
import { MODES } from "./mode-findings.ts";
import { printable } from "./printable.ts";
import type { StatusReport } from "./status-report.ts";
import { renderFinding } from "./text.ts";

/**
 * A few lines for people: the verdict, who is logged in, until when, and where that is kept.
 * @param token what comes in the place of a login, and from where
 */
export function renderStatus(report: StatusReport, home: string, token: string): string {
  const { mode, account, credential, store, links, locks, findings } = report;
  const lines = [
    `claude-credentials: ${verdict(report)}`,
    ...(account === null
      ? []
      : [row("account", [account.email, account.organization].filter((part) => part !== null).join(", "))]),
    ...(credential.state === "valid" ? [row("login", loginText(report))] : []),
    ...(mode === "oauth" || mode === "none" ? [] : [row("mode", token)]),
    row(
      "store",
      store === null ? "none: ~/.claude lies in the container" : `${store.root} (${KINDS[store.kind]})`,
    ),
    ...links.map(({ path, target, state }) =>
      row(
        displayPath(path, home),
        target === null ? state : `${state}, leads to ${displayPath(target, home)}`,
      ),
    ),
    ...locks.map(({ path, ageSeconds }) =>
      row("lock", `${displayPath(path, home)}, touched ${duration(ageSeconds)} ago`),
    ),
  ];
  return `${lines.join("\n")}\n${findings.map(renderFinding).join("")}`;
}

const KINDS = {
  mount: "a volume",
  path: "a place you chose",
  git: "the repository's git directory",
  workspace: "the workspace folder",
} as const;

function row(name: string, text: string): string {
  return `  ${printable(name).padEnd(16)} ${printable(text)}`;
}

function verdict({ mode, loggedIn, persistent }: StatusReport): string {
  if (!loggedIn) return "not logged in";
  if (mode !== "oauth")
    return persistent
      ? `Claude Code uses ${MODES[mode]}, which outlives rebuilds`
      : `Claude Code uses ${MODES[mode]}, which is gone with this container`;
  return persistent
    ? "logged in, and the login outlives rebuilds"
    : "logged in, but the login is gone with this container";
}

function loginText({ credential }: StatusReport): string {
  const { expiresIn, hasRefreshToken, subscriptionType } = credential;
  const kind = subscriptionType === null ? "" : `${subscriptionType}, `;
  if (expiresIn === null) return `${kind}the access token does not expire`;
  if (expiresIn > 0)
    return `${kind}access token good for ${duration(expiresIn)}${hasRefreshToken ? ", renews itself" : ", no refresh token"}`;
  return `${kind}access token expired ${duration(-expiresIn)} ago${hasRefreshToken ? "; it renews itself at next use" : ", and there is no refresh token"}`;
}

/** `90` -> `1 min`; the largest unit that fits, rounded down. */
export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
  ];
  const unit = units.find(([size]) => seconds >= size);
  return unit === undefined
    ? `${Math.floor(seconds).toString()} s`
    : `${Math.floor(seconds / unit[0]).toString()} ${unit[1]}`;
}
