import { SECRETS_NAME } from "../layout.ts";
import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import type { GitAnswer } from "./git.ts";

/** A repository delivers what it tracks: such a store is somebody else's work. */
export function trackedObjection(
  workspace: string,
  answer: GitAnswer,
  root: string,
  isTrusted: boolean,
): Finding | null {
  switch (answer) {
    case "not-tracked":
      return null;
    case "tracked":
      return finding(
        "STORE_TRACKED_BY_GIT",
        `git tracks files in ${root}, so they came with the repository and are not used`,
        `look at them (git -C ${quote(workspace)} ls-files ${SECRETS_NAME}), take them out (git rm -r --cached ${SECRETS_NAME}), and renew what was secret in them`,
        root,
      );
    case "no-answer":
      if (isTrusted) return null;
      return finding(
        "STORE_UNSAFE",
        `${root} lies in a repository, and git cannot be asked whether it came with it`,
        `look at what is in it; if it is yours: claude-credentials start --workspace ${quote(workspace)} --adopt`,
        root,
      );
  }
}
