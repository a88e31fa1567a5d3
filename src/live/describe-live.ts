import type { Check } from "../report/check.ts";
import type { LiveAnswer, LiveFailure } from "./judge-run.ts";

const FAILURES: Readonly<Record<LiveFailure, readonly [seen: string, fix: string]>> = {
  refused: ["the server refused the login or the token", "log in again: claude auth login"],
  "logged-out": ["Claude Code is not logged in, or its login was refused", "log in: claude auth login"],
  limited: ["the server answers, and has no room for a request now", "try again later"],
  unreachable: [
    "the server could not be reached",
    "look at network, proxy and certificates: claude-credentials env test",
  ],
  "too-old": ["this Claude Code does not know a flag that is needed here", "update it: claude update"],
  failed: ["Claude Code ended without an answer", "try it by hand: claude -p hi"],
};

/**
 * The row `live`. None of the client's own words is in it.
 * @param through how Claude Code logged in, in words
 * @param seconds how long it took
 */
export function describeLive(answer: LiveAnswer, through: string, seconds: number): Check {
  // A server that is busy has let the login pass.
  const result = answer.kind === "limited" ? "warning" : "error";
  const row = (seen: string, fix: string): Check => ({ name: "live", result, seen, fix });
  switch (answer.kind) {
    case "answered": {
      const model = answer.model === null ? "" : ` (${answer.model})`;
      const seen = `Claude Code answered after ${seconds.toFixed(1)} s${model} through ${through}`;
      return { name: "live", result: "ok", seen, fix: null };
    }
    case "timeout":
      return row(
        `no answer within ${Math.round(seconds).toString()} s${answer.pid === null ? "; it was ended" : `, and process ${answer.pid.toString()} has not ended yet: leave it, it may be renewing the login`}`,
        "look at the network and try it by hand: claude -p hi",
      );
    case "not-started":
      return row(
        `Claude Code could not be started (${answer.errnoCode})`,
        "install it again: claude install",
      );
    case "failed":
    case "limited":
    case "logged-out":
    case "refused":
    case "too-old":
    case "unreachable": {
      const [seen, fix] = FAILURES[answer.kind];
      return row(`${seen} (exit code ${answer.code?.toString() ?? "none"})`, fix);
    }
  }
}
