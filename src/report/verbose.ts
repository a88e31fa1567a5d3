import type { HomeEntry } from "../inspect/entry.ts";
import type { Inspection } from "../inspect/inspection.ts";
import type { StatusInspection } from "../inspect/inspect-status.ts";
import { describeAction, eachAction, type Action } from "../plan/action.ts";
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
  return lines([
    `user: uid ${user.uid.toString()}`,
    `${homeLayout.config}: ${describeEntry(config)}`,
    ...(homeLayout.state === null || state === null ? [] : [`${homeLayout.state}: ${describeEntry(state)}`]),
    ...stores,
  ]);
}

/** What was decided: each action with its reason. */
export function describeActions(actions: readonly Action[]): string {
  return lines(
    eachAction(actions).map((action) => `${describeAction(action)} (${action.path}): ${action.reason}`),
  );
}

/** What `status` looked at. */
export function describeStatusInspection(inspection: StatusInspection): string {
  const { layout, config, state, configPath, credential, stateFile } = inspection;
  return lines([
    `${layout.config}: ${describeEntry(config)}`,
    ...(layout.state === null || state === null ? [] : [`${layout.state}: ${describeEntry(state)}`]),
    `configuration directory: ${configPath ?? "none"}`,
    `credential: ${credential.state}; state file: ${stateFile.state}`,
  ]);
}

function lines(texts: readonly string[]): string {
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
