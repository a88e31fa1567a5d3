import type { Hooks } from "../../inspect/inspect-hooks.ts";
import { finding, type Finding } from "../../report/finding.ts";
import { quote } from "../../report/quote.ts";

/** @param workspace the workspace folder, where one is known */
export function checkHooks(hooks: Hooks, workspace: string | null): Finding[] {
  if (hooks !== "not-run") return [];
  return [
    finding(
      "HOOKS_NOT_RUN",
      "no start came to its end in this container since it was created: no lifecycle hook ran, or it could not do all",
      `run: claude-credentials start --workspace ${workspace === null ? "DIR" : quote(workspace)}`,
    ),
  ];
}
