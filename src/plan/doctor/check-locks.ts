import type { StaleLock } from "../../inspect/inspect-locks.ts";
import { finding, type Finding } from "../../report/finding.ts";
import { quote } from "../../report/quote.ts";
import { duration } from "../../report/times.ts";

/** Seconds. Nobody holds a lock for so long untouched, however wrong the clocks are: then it can be removed by hand. */
const SURELY_LEFT_S = 24 * 3600;

/** A finding for each lock that seems to have nobody behind it. */
export function checkLocks(locks: readonly StaleLock[]): Finding[] {
  return locks.map(({ path, ageSeconds }) => {
    const byHand = ageSeconds < SURELY_LEFT_S ? "" : `   or: rmdir ${quote(path)}`;
    return finding(
      "LOCK_STALE",
      `${path} is a lock that a killed program left (last touched ${duration(ageSeconds)} ago); start removes it, and Claude Code takes its own over by itself`,
      `run: claude-credentials start${byHand}`,
      path,
    );
  });
}
