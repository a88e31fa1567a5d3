import type { BuildExposure, ExposingBuild } from "../inspect/build-context.ts";
import { FINDING_SEVERITY, finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";

/**
 * One finding for all builds that would take the store along: an error where the next of them fails, because its
 * user cannot read the store's files (facts D20).
 */
export function checkBuildContext(exposure: BuildExposure | null): Finding | null {
  if (exposure === null) return null;
  const { root, builds, foreign } = exposure;
  const [first, ...more] = builds;
  const service = first.service === null ? "" : ` (service ${first.service})`;
  const others =
    more.length === 0
      ? ""
      : `, and so ${more.length === 1 ? "does 1 more build" : `do ${more.length} more builds`}`;
  const takes = `${first.file}${service} builds an image from ${first.context}, where the store ${root} lies, and ${first.ignoreFile} does not exclude it${others}`;
  const bakes = "a COPY of that folder bakes the login into the image";
  const fails =
    foreign === null
      ? ""
      : `; ${foreign.path} is uid ${foreign.uid}'s and the workspace uid ${foreign.workspaceUid}'s, so the next build fails ("error checking context")`;
  return finding(
    "STORE_IN_BUILD_CONTEXT",
    `${takes}: ${bakes}${fails}`,
    [...new Set(builds.map(excludeCommand))].join(" && "),
    root,
    foreign === null ? FINDING_SEVERITY.STORE_IN_BUILD_CONTEXT : "error",
  );
}

/** The command that appends the line, after an end for a last line that has none. */
function excludeCommand({ line, ignoreFile, endsLine }: ExposingBuild): string {
  return `printf '${endsLine ? "" : "\\n"}%s\\n' ${quote(line)} >> ${quote(ignoreFile)}`;
}
