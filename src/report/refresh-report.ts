import type { HeldBySomebody } from "../apply/lock/lock-seeker.ts";
import type { Obstacle } from "../inspect/login-source.ts";
import type { LiveAnswer, LiveFailure } from "../live/judge-run.ts";
import type { LoginGone } from "../plan/decide-renewal.ts";
import { finding, type Finding, type FindingCode } from "./finding.ts";
import { describeHeld } from "./held-lock.ts";
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

/** How a renewal ended. */
export type RefreshEnd =
  /** `lastsFor` is milliseconds; null without an end. */
  | { readonly kind: "lasts" | "renewed"; readonly lastsFor: number | null }
  | { readonly kind: "log-in"; readonly why: LoginGone | "refused" }
  | { readonly kind: "held"; readonly held: HeldBySomebody; readonly waited: number }
  | { readonly kind: "answer"; readonly answer: LiveAnswer }
  | { readonly kind: "obstacle"; readonly obstacle: Obstacle }
  | { readonly kind: "unreadable"; readonly errnoCode: string; readonly passing: boolean }
  | { readonly kind: "no-client" }
  /** A system call that failed; `passing` where it may work later. */
  | { readonly kind: "failure"; readonly cause: string; readonly remedy: string; readonly passing: boolean };

const LOGIN_GONE: Readonly<Record<LoginGone | "refused" | "not-here", readonly [FindingCode, string]>> = {
  absent: ["CREDENTIAL_ABSENT", "nobody is logged in"],
  blank: ["CREDENTIAL_BLANK", "the server refused this login earlier, and Claude Code wrote that down"],
  malformed: ["CREDENTIAL_MALFORMED", "the credential file is empty, cut off or no JSON"],
  scopes: ["CREDENTIAL_SCOPES", "the login lacks the scope user:inference"],
  ended: ["CREDENTIAL_EXPIRED", "the login has ended"],
  "no-refresh-token": [
    "CREDENTIAL_EXPIRED",
    "the access token has ended or ends too soon, and there is no refresh token to renew it with",
  ],
  "not-here": ["CREDENTIAL_EXPIRED", "the access token has ended, and cannot be renewed in this place"],
  refused: ["CREDENTIAL_BLANK", "the server refused the login, and Claude Code wrote that down"],
};

/** Why a login cannot be used, as a person should read it. */
export function describeGone(why: keyof typeof LOGIN_GONE): string {
  return LOGIN_GONE[why][1];
}

export const NO_CLIENT = "no claude is on PATH, in the home or in /usr/local/bin";
export const NO_CLIENT_HINT = "install Claude Code, or put it on PATH";

const ANSWERS: Readonly<Record<LiveFailure, readonly [why: string, hint: string]>> = {
  unreachable: ["the server could not be reached", "look at network, proxy and certificates, then try again"],
  limited: ["the server has no room for a request now", "try again later"],
  refused: ["the server refused the request, and the login is as it was", "claude-credentials doctor --live"],
  "logged-out": [
    "Claude Code did not take the login, and it is as it was",
    "claude-credentials doctor --live",
  ],
  "too-old": ["this Claude Code does not know a flag that is needed here", "update it: claude update"],
  failed: ["Claude Code ended without an answer", "try again, or by hand: claude -p hi"],
};

/** @param path the credential's; @param anew how a login is made there */
export function refreshReport(end: RefreshEnd, path: string, anew: string): RefreshReport {
  const report = (
    outcome: RefreshReport["outcome"],
    result: RefreshAction["result"],
    findings: Finding[] = [],
  ): RefreshReport => {
    const reason = findings[0]?.message ?? outcome;
    return { version: 1, outcome, actions: [{ kind: "renew-login", path, result, reason }], findings };
  };
  switch (end.kind) {
    case "lasts":
      return report("lasts", "unchanged");
    case "renewed":
      return report("renewed", "updated");
    case "log-in": {
      const [code, message] = LOGIN_GONE[end.why];
      return report("log-in", "failed", [finding(code, message, `log in: ${anew}`, path, "error")]);
    }
    case "held": {
      const message = describeHeld(end.held, end.waited);
      return report("not-now", "failed", [
        finding("LOCK_HELD", message, "nothing is lost: run it again", end.held.path),
      ]);
    }
    case "obstacle":
    case "unreadable":
    case "no-client":
    case "failure":
    case "answer": {
      const [code, message, hint] = describeTrouble(end, path);
      return report(isPassing(end) ? "not-now" : "failed", "failed", [
        finding(code, message, hint, path, "error"),
      ]);
    }
  }
}

type Trouble = Extract<
  RefreshEnd,
  { readonly kind: "obstacle" | "unreadable" | "no-client" | "failure" | "answer" }
>;

/** Whether trying again may come to something else. */
function isPassing(end: Trouble): boolean {
  if (end.kind === "failure" || end.kind === "unreadable") return end.passing;
  return end.kind === "answer" && end.answer.kind !== "not-started" && end.answer.kind !== "too-old";
}

function describeTrouble(
  end: Trouble,
  path: string,
): readonly [code: FindingCode, message: string, hint: string] {
  switch (end.kind) {
    case "obstacle":
      return describeObstacle(end.obstacle, path);
    case "unreadable":
      return [
        "CREDENTIAL_MODE",
        `the credential cannot be read (${end.errnoCode})`,
        "look at its owner and mode, and at those of its directory",
      ];
    case "no-client":
      return ["RENEWAL_FAILED", NO_CLIENT, NO_CLIENT_HINT];
    case "failure":
      return ["RENEWAL_FAILED", end.cause, end.remedy];
    case "answer":
      return ["RENEWAL_FAILED", ...describeAnswer(end.answer)];
  }
}

function describeObstacle(obstacle: Obstacle, path: string): readonly [FindingCode, string, string] {
  const elsewhere = "renew it where the login is kept, and bring it here anew";
  switch (obstacle.kind) {
    case "owner": {
      const whose = `uid ${obstacle.uid.toString()}`;
      return [
        "STORE_WRONG_OWNER",
        `the login belongs to ${whose}, and what is renewed must be theirs`,
        `run it as that user, ${whose}`,
      ];
    }
    case "not-writable":
      return [
        "STORE_NOT_WRITABLE",
        "what is renewed could not be kept: its directory cannot be written to",
        elsewhere,
      ];
    case "symlink":
      return ["RENEWAL_FAILED", `${path} is a symlink, which a renewal would replace by a file`, elsewhere];
    case "mount":
      return [
        "RENEWAL_FAILED",
        `${path} is a mount of its own, and cannot be replaced by a rename`,
        elsewhere,
      ];
  }
}

/** The exit code: 0 it lasts, 1 a person is needed, 75 try again. */
export function refreshExitCode({ outcome }: RefreshReport): number {
  if (outcome === "lasts" || outcome === "renewed") return 0;
  return outcome === "not-now" ? 75 : 1;
}

const HEADS: Readonly<Record<RefreshReport["outcome"], string>> = {
  lasts: "nothing to renew",
  renewed: "renewed",
  "log-in": "not renewed: a new login is needed",
  "not-now": "not renewed now, try again",
  failed: "not renewed",
};

export function renderRefresh({ outcome, findings }: RefreshReport, end: RefreshEnd): string {
  const { lastsFor } = end.kind === "lasts" || end.kind === "renewed" ? end : { lastsFor: undefined };
  const token =
    lastsFor === undefined
      ? ""
      : `: the access token ${lastsFor === null ? "has no end" : `is good for ${duration(lastsFor / 1000)}`}`;
  return `claude-credentials: ${HEADS[outcome]}${printable(token)}\n${findings.map(renderFinding).join("")}`;
}

function describeAnswer(answer: LiveAnswer): readonly [string, string] {
  switch (answer.kind) {
    case "answered":
      return [
        "Claude Code answered, and did not renew the login",
        "look at what it uses: claude-credentials doctor",
      ];
    case "timeout":
      return answer.pid === null
        ? ["no answer came in time", "look at the network, then try again"]
        : [
            `Claude Code (process ${answer.pid.toString()}) goes on by itself`,
            "leave it, it may be renewing the login; then run this again",
          ];
    case "not-started":
      return [`Claude Code could not be started (${answer.errnoCode})`, "install it again: claude install"];
    case "failed":
    case "limited":
    case "logged-out":
    case "refused":
    case "too-old":
    case "unreachable":
      return ANSWERS[answer.kind];
  }
}
