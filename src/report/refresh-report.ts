import type { HeldBySomebody } from "../apply/lock/lock-seeker.ts";
import type { LiveAnswer, LiveFailure } from "../live/judge-run.ts";
import type { LoginGone } from "../plan/decide-renewal.ts";
import { finding, type Finding, type FindingCode } from "./finding.ts";
import { printable } from "./printable.ts";
import { renderFinding } from "./text.ts";
import { duration } from "./times.ts";

/** What `refresh` came to; its JSON is this object as it stands. */
export interface RefreshReport {
  readonly version: 1;
  readonly outcome: "lasts" | "renewed" | "log-in" | "not-now" | "failed";
  readonly actions: readonly RefreshAction[];
  readonly findings: readonly Finding[];
}

export interface RefreshAction {
  readonly kind: "renew-login";
  /** The credential. */
  readonly path: string;
  readonly result: "updated" | "unchanged" | "failed";
  readonly reason: string;
}

/** How a renewal ended, in the words that each outcome needs. */
export type RefreshEnd =
  | { readonly kind: "lasts" | "renewed"; readonly lastsFor: number | null }
  | { readonly kind: "log-in"; readonly why: LoginGone | "refused" }
  | { readonly kind: "held"; readonly held: HeldBySomebody; readonly waited: number }
  | { readonly kind: "answer"; readonly answer: LiveAnswer }
  /** What is in the way, and what to do. */
  | { readonly kind: "failed"; readonly why: string; readonly hint: string };

const LOGIN_GONE: Readonly<Record<LoginGone | "refused", readonly [FindingCode, string]>> = {
  absent: ["CREDENTIAL_ABSENT", "nobody is logged in"],
  blank: ["CREDENTIAL_BLANK", "the server refused this login earlier, and Claude Code wrote that down"],
  malformed: ["CREDENTIAL_MALFORMED", "the credential file is empty, cut off or no JSON"],
  scopes: ["CREDENTIAL_SCOPES", "the login lacks the scope user:inference"],
  ended: ["CREDENTIAL_EXPIRED", "the login has ended"],
  "no-refresh-token": [
    "CREDENTIAL_EXPIRED",
    "the access token ends too soon, and there is no refresh token to renew it with",
  ],
  refused: ["CREDENTIAL_BLANK", "the server refused the login, and Claude Code wrote that down"],
};

/** Why only a new login helps, as a person should read it. */
export function describeGone(why: LoginGone | "refused"): string {
  return LOGIN_GONE[why][1];
}

const NOT_NOW: Readonly<Record<LiveFailure, readonly [why: string, hint: string]>> = {
  unreachable: ["the server could not be reached", "look at network, proxy and certificates, then try again"],
  limited: ["the server has no room for a request now", "try again later"],
  refused: ["the server refused the request, and the login is as it was", "claude-credentials doctor --live"],
  "logged-out": [
    "Claude Code did not take the login, and it is as it was",
    "claude-credentials doctor --live",
  ],
  "too-old": ["this Claude Code does not know a flag that is needed here", "update it: claude update"],
  failed: ["Claude Code ended without an answer", "try it by hand: claude -p hi"],
};

/** @param path the credential's; @param anew how a login is made there */
export function refreshReport(end: RefreshEnd, path: string, anew: string): RefreshReport {
  const action = (result: RefreshAction["result"], reason: string): RefreshAction[] => [
    { kind: "renew-login", path, result, reason },
  ];
  switch (end.kind) {
    case "lasts":
      return { version: 1, outcome: "lasts", actions: action("unchanged", "it lasts"), findings: [] };
    case "renewed":
      return { version: 1, outcome: "renewed", actions: action("updated", "renewed"), findings: [] };
    case "log-in": {
      const [code, message] = LOGIN_GONE[end.why];
      const findings = [finding(code, message, `log in: ${anew}`, path, "error")];
      return { version: 1, outcome: "log-in", actions: action("failed", message), findings };
    }
    case "held": {
      const { path: lock, ageSeconds } = end.held;
      const seconds = Math.round(end.waited / 1000).toString();
      const message = `somebody is at work on the login: ${lock} is held (touched ${ageSeconds.toString()} s ago), also after ${seconds} s`;
      const findings = [finding("LOCK_HELD", message, "nothing is lost: run it again", lock)];
      return { version: 1, outcome: "not-now", actions: action("failed", "LOCK_HELD"), findings };
    }
    case "answer":
    case "failed":
      return {
        version: 1,
        outcome: isLasting(end) ? "failed" : "not-now",
        actions: action("failed", describeEnd(end)[0]),
        findings: [],
      };
  }
}

/** Whether trying again later would come to the same. */
function isLasting(end: RefreshEnd & { readonly kind: "answer" | "failed" }): boolean {
  return (
    end.kind === "failed" ||
    end.answer.kind === "not-started" ||
    end.answer.kind === "too-old" ||
    end.answer.kind === "failed"
  );
}

/** The exit code: 0 it lasts, 1 a person is needed, 75 try again. */
export function refreshExitCode({ outcome }: RefreshReport): number {
  if (outcome === "lasts" || outcome === "renewed") return 0;
  return outcome === "not-now" ? 75 : 1;
}

export function renderRefresh(report: RefreshReport, end: RefreshEnd): string {
  const [what, hint] = describeEnd(end);
  const line = `claude-credentials: ${printable(what)}\n`;
  return `${line}${hint === null ? "" : `  ${printable(hint)}\n`}${report.findings.map(renderFinding).join("")}`;
}

function describeEnd(end: RefreshEnd): readonly [string, string | null] {
  switch (end.kind) {
    case "lasts":
    case "renewed": {
      const end_ = end.lastsFor === null ? "has no end" : `is good for ${duration(end.lastsFor / 1000)}`;
      return [`${end.kind === "renewed" ? "renewed" : "nothing to renew"}: the access token ${end_}`, null];
    }
    case "log-in":
      return ["not renewed: a new login is needed", null];
    case "held":
      return ["not renewed now: somebody is at work on the login", null];
    case "failed":
      return [`not renewed: ${end.why}`, end.hint];
    case "answer":
      return describeAnswer(end.answer);
  }
}

function describeAnswer(answer: LiveAnswer): readonly [string, string] {
  switch (answer.kind) {
    case "answered":
      return [
        "not renewed now: Claude Code answered, and did not renew the login",
        "claude-credentials doctor says more",
      ];
    case "timeout":
      return answer.pid === null
        ? ["not renewed now: no answer came in time", "look at the network, then try again"]
        : [
            `not renewed yet: Claude Code (process ${answer.pid.toString()}) goes on by itself`,
            "leave it, it may be renewing the login; then run this again",
          ];
    case "not-started":
      return [
        `not renewed: Claude Code could not be started (${answer.errnoCode})`,
        "install it again: claude install",
      ];
    case "failed":
    case "limited":
    case "logged-out":
    case "refused":
    case "too-old":
    case "unreachable": {
      const [why, hint] = NOT_NOW[answer.kind];
      return [`not renewed now: ${why}`, hint];
    }
  }
}
