import { basename, dirname } from "node:path";
import { SECRETS_NAME } from "../layout.ts";
import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import type { Deliveries } from "./deliveries.ts";
import type { GitAnswer } from "./git.ts";

/** How far a store in a work tree may be trusted without git: it names its own directory, or the user says it is his. */
export interface Trust {
  readonly knowsItself: boolean;
  readonly isAdopted: boolean;
}

/** A repository delivers what it tracks: such a store is somebody else's work, and so is what is left of it. */
export function deliveryObjection(root: string, deliveries: Deliveries, trust: Trust): Finding | null {
  const { answer, isOwnWork, present } = deliveries;
  if (answer === "tracked") return trackedFinding(root, isOwnWork);
  if (present.length > 0 && !trust.isAdopted) return leftFinding(root, present);
  return answer === "no-answer" ? noAnswer(root, trust) : null;
}

/** The same for a store at a path of the user's choice. */
export function trackedObjection(root: string, answer: GitAnswer, trust: Trust): Finding | null {
  if (answer === "tracked") return trackedFinding(root, false);
  return answer === "no-answer" ? noAnswer(root, trust) : null;
}

function trackedFinding(root: string, isOwnWork: boolean): Finding {
  const folder = quote(dirname(root));
  const name = quote(basename(root));
  if (isOwnWork) {
    return finding(
      "STORE_TRACKED_BY_GIT",
      `the store ${root} was committed, its login with it: whoever has the repository has that login, and the store is not used`,
      `git -C ${folder} rm -r --cached ${name}   then commit, log in anew (claude auth login), and take the rest over: claude-credentials start --workspace ${folder} --adopt`,
      root,
    );
  }
  return finding(
    "STORE_TRACKED_BY_GIT",
    `git tracks files in ${root}, so they came with the repository and are not used`,
    `look at them (git -C ${folder} ls-files ${name}), remove them (git -C ${folder} rm -r ${name}), and renew what was secret in them. If they are your own: git -C ${folder} rm -r --cached ${name}`,
    root,
  );
}

/** The finding for what git left behind. @param present from the repository's top, bytes in latin1 */
export function leftFinding(root: string, present: readonly string[]): Finding {
  const [first = "", ...more] = present.map((path) => Buffer.from(path, "latin1").toString());
  const others = more.length === 0 ? "" : ` and ${more.length.toString()} more`;
  return finding(
    "STORE_QUARANTINED",
    `git brought files into the store ${root} that are still there (${first}${others}), so nothing of it is used`,
    `look at them; if all of it is yours: claude-credentials start --workspace ${quote(dirname(root))} --adopt   else remove them, or all of it: rm -r ${quote(root)}`,
    root,
  );
}

function noAnswer(root: string, trust: Trust): Finding | null {
  if (trust.knowsItself || trust.isAdopted) return null;
  return finding(
    "STORE_UNSAFE",
    `${root} lies in a repository, and git cannot be asked whether it came with it`,
    `look at what is in it; if it is yours: claude-credentials start${basename(root) === SECRETS_NAME ? ` --workspace ${quote(dirname(root))}` : ""} --adopt`,
    root,
  );
}
