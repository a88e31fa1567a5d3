import type { Repointing } from "../../inspect/inspect-repointing.ts";
import { finding, type Finding } from "../../report/finding.ts";

/** What puts `~/.claude` elsewhere: seen by the link, or by what the project runs. */
export function checkRepointing({ moved, commands }: Repointing): Finding[] {
  const again = "then: claude-credentials start --adopt";
  return [
    ...(moved === null
      ? []
      : [
          finding(
            "LINK_REPOINTED",
            `start led ${moved.link} to ${moved.from}, and now it leads to ${moved.to}: another tool re-pointed it, and may at each start`,
            `look for it: grep -rn '\\.claude' .devcontainer   ${again}`,
            moved.link,
          ),
        ]),
    ...commands.map(({ file, property, by }) =>
      finding(
        "LINK_REPOINTED",
        `${property} in ${file} changes what ~/.claude is${by === null ? "" : ` (${by})`}: what start links does not stay so`,
        `take that out of ${by?.startsWith("/") === true ? by : file}, ${again}`,
        file,
      ),
    ),
  ];
}
