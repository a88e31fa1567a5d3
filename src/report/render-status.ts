import type { LockHolder } from "../apply/lock/lock-owner.ts";
import type { StatusInspection } from "../inspect/inspect-status.ts";
import { displayPath } from "../layout.ts";
import { MODES } from "./mode-findings.ts";
import { paint, row, symbol, type Page } from "./page.ts";
import type { LinkStatus, StatusReport } from "./status-report.ts";
import { findingLines } from "./text.ts";
import { day, duration } from "./times.ts";

/** What a text says beside the report. */
export interface StatusPage {
  readonly status: StatusInspection;
  readonly home: string;
  /** How Claude Code would log in, in words, and where that comes from. */
  readonly mode: string;
  readonly page: Page;
}

/** A few lines for people: the verdict, who is logged in, until when, and where that is kept. */
export function renderStatus(report: StatusReport, { status, home, mode, page }: StatusPage): string {
  const { account, credential, store, links, locks, findings } = report;
  const { now, signedInSince, holders } = status;
  const tone = !report.loggedIn ? "bad" : report.persistent ? "good" : "warning";
  const who = [account?.email, account?.organization].filter((part) => part !== null && part !== undefined);
  const lines = [
    `claude-credentials: ${symbol(page, tone)}${paint(page, tone, verdict(report))}`,
    ...(account === null ? [] : row(page, "account", who.join(", "))),
    ...(credential.state === "valid" ? row(page, "login", loginText(report, now)) : []),
    ...(signedInSince === null ? [] : row(page, "signed in", ageText(signedInSince, now))),
    ...(report.mode === "none"
      ? []
      : row(page, "mode", modeText(report, mode, displayPath(status.layout.config, home)))),
    ...row(page, "store", storeText(status, store, home)),
    ...links.flatMap(({ path, target, state }) =>
      row(page, displayPath(path, home), linkText(state, target, store, home)),
    ),
    ...locks.flatMap(({ path, ageSeconds }, at) =>
      row(
        page,
        "lock",
        `${displayPath(path, home)}, touched ${duration(ageSeconds)} ago by ${holderText(holders[at])}`,
      ),
    ),
    ...findings.flatMap((one) => findingLines(page, one)),
  ];
  return `${lines.join("\n")}\n`;
}

function linkText(
  state: LinkStatus["state"],
  target: string | null,
  store: StatusReport["store"],
  home: string,
): string {
  if (target === null) return state;
  const isInStore = state === "ok" && store !== null && target.startsWith(`${store.root}/`);
  return `${state}, leads ${isInStore ? "into the store" : `to ${displayPath(target, home)}`}`;
}

function modeText({ mode }: StatusReport, text: string, config: string): string {
  return mode === "oauth" ? `${text}, ${config}/.credentials.json` : text;
}

function ageText(since: number, now: number): string {
  return `at least ${duration(Math.max(0, now - since) / 1000)} ago`;
}

function storeText(
  { persistent, isPointedAt }: StatusInspection,
  store: StatusReport["store"],
  home: string,
): string {
  if (store === null && isPointedAt) return "none: there is no such directory";
  if (store === null)
    return persistent ? "none: ~/.claude is no link" : "none: ~/.claude lies in the container";
  const fate = persistent ? "outlives rebuilds" : "is gone with this container";
  return `${displayPath(store.root, home)} (${KINDS[store.kind]}), ${fate}`;
}

function holderText(holder: LockHolder | undefined): string {
  switch (holder?.where) {
    case "here":
      return `process ${holder.pid.toString()}`;
    case "elsewhere":
      return "a process elsewhere, another container's perhaps";
    case "over":
      return "a process that is gone";
    case "unknown":
    case undefined:
      return "somebody who left no name";
  }
}

/** Each kind of store in words. */
export const KINDS = {
  mount: "a volume",
  path: "a place you chose",
  git: "the repository's git directory",
  workspace: "the workspace folder",
} as const;

/** The state of the login in a few words. */
export function verdict({ mode, loggedIn, persistent }: StatusReport): string {
  if (!loggedIn) return "not logged in";
  if (mode !== "oauth")
    return persistent
      ? `Claude Code uses ${MODES[mode]}, which outlives rebuilds`
      : `Claude Code uses ${MODES[mode]}, which is gone with this container`;
  return persistent
    ? "logged in, and the login outlives rebuilds"
    : "logged in, but the login is gone with this container";
}

/** The access token and the end of the login in words; of a credential that is valid. */
export function loginText({ credential }: Pick<StatusReport, "credential">, now: number): string {
  const { expiresIn, hasRefreshToken, subscriptionType, refreshTokenExpiresAt } = credential;
  const kind = subscriptionType === null ? "" : `${subscriptionType}, `;
  if (expiresIn === null) return `${kind}the access token does not expire`;
  const end = hasRefreshToken ? goodUntil(refreshTokenExpiresAt, now) : "";
  if (expiresIn > 0)
    return `${kind}access token good for ${duration(expiresIn)}${hasRefreshToken ? ", renews itself" : ", no refresh token"}${end}`;
  return `${kind}access token expired ${duration(-expiresIn)} ago${hasRefreshToken ? "; it renews itself at next use" : ", and there is no refresh token"}${end}`;
}

function goodUntil(end: number | null, now: number): string {
  if (end === null || Math.abs(end) > LATEST_DATE) return "";
  return end > now ? `, login good until ${day(end, now)}` : `, but the login ended on ${day(end, now)}`;
}

/** Milliseconds: no later time has a date in JavaScript. */
const LATEST_DATE = 8.64e15;
