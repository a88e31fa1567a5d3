import type { HomeEntry } from "../inspect/entry.ts";
import type { Inspection } from "../inspect/inspection.ts";
import type { StatusInspection } from "../inspect/inspect-status.ts";
import { describeAction, eachAction, type Action } from "../plan/action.ts";
import type { FeatureOptions } from "../options.ts";
import type { BuildInspection } from "../plan/plan-install.ts";
import type { StatusReport } from "./status-report.ts";
import { printable } from "./printable.ts";

/** What `start` looked at: the home's entries and each place for a store with its verdict, in the order of choice. */
export function describeInspection(inspection: Inspection): string {
  const { homeLayout, config, state, candidates, user } = inspection;
  const stores = candidates.map(({ candidate, reason, eligible }) => {
    const { layout, kind, verdict, credential, persistent } = candidate;
    const judged = verdict.usable ? "usable" : `not usable (${verdict.finding.code})`;
    const facts = [judged, persistent ? "persistent" : "not persistent", `login ${credential.state}`];
    return `${layout.root} (${kind}): ${facts.join(", ")}; ${eligible ? reason : "not asked for"}`;
  });
  return verboseLines([
    `user: uid ${user.uid.toString()}`,
    `${homeLayout.config}: ${describeEntry(config)}`,
    ...(homeLayout.state === null || state === null ? [] : [`${homeLayout.state}: ${describeEntry(state)}`]),
    ...stores,
  ]);
}

/** What was decided: each action with its reason. */
export function describeActions(actions: readonly Action[]): string {
  return verboseLines(
    eachAction(actions).map((action) => `${describeAction(action)} (${action.path}): ${action.reason}`),
  );
}

/** What `install` looked at in the image. */
export function describeBuildInspection(build: BuildInspection, feature: FeatureOptions): string {
  const { homeLayout, config, state, owner, root, rootExists, format } = build;
  return verboseLines([
    `remote user: uid ${owner.uid.toString()}, home ${homeLayout.home}`,
    ...Object.entries(feature).map(([name, value]) => `option ${name}: ${JSON.stringify(value)}`),
    `${homeLayout.config}: ${describeEntry(config)}`,
    ...(homeLayout.state === null || state === null ? [] : [`${homeLayout.state}: ${describeEntry(state)}`]),
    `${root}: ${rootExists ? "there" : "absent"}, ${format === null ? "no store yet" : "a store"}`,
  ]);
}

/** What `status` looked at, and what it makes of it. */
export function describeStatusInspection(
  inspection: StatusInspection,
  { mode, loggedIn, persistent }: Pick<StatusReport, "mode" | "loggedIn" | "persistent">,
): string {
  const { layout, config, state, configPath, credential, stateFile, store, workspace } = inspection;
  return verboseLines([
    `${layout.config}: ${describeEntry(config)}`,
    ...(layout.state === null || state === null ? [] : [`${layout.state}: ${describeEntry(state)}`]),
    `configuration directory: ${configPath ?? "none"}`,
    `store: ${store === null ? "none" : `${store.root} (${store.kind})`}; workspace: ${workspace ?? "not known"}`,
    `credential: ${credential.state}; state file: ${stateFile.state}`,
    `decided: mode ${mode}, ${loggedIn ? "logged in" : "not logged in"}, ${persistent ? "persistent" : "not persistent"}`,
  ]);
}

/** Each text as a line of its own, marked as what `--verbose` adds. */
export function verboseLines(texts: readonly string[]): string {
  return texts.map((text) => `claude-credentials: verbose: ${printable(text)}\n`).join("");
}

function describeEntry(entry: HomeEntry): string {
  switch (entry.kind) {
    case "symlink":
      return `a link to ${entry.text}${entry.outOfReach ? ", which is closed to this user" : entry.realPath === null ? ", where nothing is" : ""}`;
    case "mounted":
      return `a mount (${entry.persistent ? "persistent" : "not persistent"})`;
    case "unreadable":
      return `unreadable (${entry.errnoCode})`;
    case "absent":
    case "directory":
    case "file":
    case "special":
      return entry.kind;
  }
}
