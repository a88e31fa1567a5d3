import { displayPath } from "../layout.ts";
import { ENDING_MS } from "../plan/next-look.ts";
import { endOfLogin } from "./logged-in.ts";
import type { StatusReport } from "./status-report.ts";
import { printable } from "./printable.ts";
import { day } from "./times.ts";

/**
 * What a terminal is told: one line without its line break, what is wrong and the command to type; null where the login
 * needs no attention. What would spoil a new login comes before the advice to log in. Warnings alone are not repeated
 * each day: `status` has them.
 */
export function describeAttention(report: StatusReport, now: number, home: string): string | null {
  const cause = attention(report, now, home);
  return cause === null ? null : `claude-credentials: ${printable(cause)}`;
}

function attention(report: StatusReport, now: number, home: string): string | null {
  const { findings, links, persistent, loggedIn, mode } = report;
  const error = findings.find(({ severity }) => severity === "error");
  if (error !== undefined) return `error ${error.code}: claude-credentials status`;
  if (!persistent) {
    const [link] = links;
    if (link !== undefined && ["missing", "dangling", "replaced"].includes(link.state))
      return `${displayPath(link.path, home)} is no link to the store: claude-credentials start`;
    const kept = mode === "oauth" || mode === "none" ? "login" : "token";
    return `a rebuild loses the ${kept}: claude-credentials status`;
  }
  if (report.credential.state === "unreadable" && !loggedIn)
    return "the login cannot be read: claude-credentials status";
  if (!loggedIn) return `not logged in${why(report.credential, now)}: claude auth login`;
  const end = loginEnd(report);
  if (end === null || end - now > ENDING_MS) return null;
  return `the login ends on ${day(end, now)}: claude auth login`;
}

/** When the login ends for good, in epoch milliseconds; null where a token takes its place, or where that is not known. */
export function loginEnd({ mode, credential }: StatusReport): number | null {
  if (mode !== "oauth") return null;
  return endOfLogin(credential);
}

function why(credential: StatusReport["credential"], now: number): string {
  const { state } = credential;
  if (state === "blank") return " (the server refused it)";
  if (state === "malformed") return " (its file is damaged)";
  if (state !== "valid") return "";
  const end = endOfLogin(credential);
  return end !== null && end <= now ? ` (ended on ${day(end, now)})` : " (the login lacks a scope)";
}
