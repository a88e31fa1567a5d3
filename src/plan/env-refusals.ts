import type { EnvFileFound } from "../inspect/env-mode.ts";
import { finding, type Finding } from "../report/finding.ts";
import type { Planning } from "./plan.ts";

/** The finding for a file that stands where variables should, and is not used; null for one that is fine, or not there. */
export function unusedFinding(path: string, found: EnvFileFound): Finding | null {
  if (found.state === "absent" || found.state === "valid") return null;
  const why =
    found.state === "unreadable"
      ? `it cannot be read (${found.errnoCode})`
      : `line ${found.line.toString()} ${found.why}`;
  const hint = "look at it, or set the API mode anew: claude-credentials env set";
  return finding("ENV_INCOMPLETE", `${path} is not used: ${why}`, hint, path);
}

/** Files that stand where variables should, and are not used. */
export function refusalFindings({ inspection, store, options }: Planning, isWanted: boolean): Finding[] {
  const { stored, refused, link } = inspection.env;
  const all = [...(options.env.kind === "set" ? [] : [{ path: store.envFile, found: stored }]), ...refused];
  const told = all.flatMap(({ path, found }): Finding[] => {
    const trouble = unusedFinding(path, found);
    return trouble === null ? [] : [trouble];
  });
  const isLost = !isWanted && told.length === 0 && link.kind === "symlink" && link.realPath === null;
  if (!isLost) return told;
  const path = inspection.homeLayout.envFile;
  return [
    finding(
      "ENV_INCOMPLETE",
      `${path} leads to ${link.text}, where no variables of the API mode are`,
      "set it anew: claude-credentials env set   or take it away: claude-credentials env unset",
      path,
    ),
  ];
}
