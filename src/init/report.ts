import * as path from "node:path";
import type { Finding } from "../report/finding.ts";
import { printable } from "../report/printable.ts";
import type { ActionOutcome } from "./action.ts";

/** What `init` did, for people and for programs. */
export interface InitReport {
  readonly outcome: "added" | "updated" | "unchanged" | "failed";
  readonly actions: readonly ActionOutcome[];
  readonly findings: readonly Finding[];
}

/** What the text says besides the report itself. */
export interface InitSetting {
  readonly feature: string;
  /** The project's root, absolute. */
  readonly root: string;
  readonly cwd: string;
  /** Whether the configuration shows a Node in the image; unknown counts as no. */
  readonly showsNode: boolean;
}

export function reportInit(actions: readonly ActionOutcome[]): InitReport {
  const outcome = actions.some((action) => action.result === "failed")
    ? "failed"
    : actions.some((action) => isChanged(action) && isConfig(action))
      ? "added"
      : actions.some(isChanged)
        ? "updated"
        : "unchanged";
  return { outcome, actions, findings: [] };
}

function isChanged({ result }: ActionOutcome): boolean {
  return result === "created" || result === "updated";
}

function isConfig({ kind }: ActionOutcome): boolean {
  return kind === "create-config" || kind === "edit-config";
}

export function renderInitJson(report: InitReport): string {
  return `${JSON.stringify({ version: 1, ...report }, null, 2)}\n`;
}

const HEADLINE: Readonly<Record<InitReport["outcome"], string>> = {
  added: "Added the Feature FEATURE to ROOT",
  updated: "Brought the Feature FEATURE in ROOT up to date",
  unchanged: "Nothing to do: ROOT has the Feature FEATURE",
  failed: "Could not finish adding the Feature FEATURE to ROOT",
};

export function renderInitText(report: InitReport, setting: InitSetting): string {
  const headline = HEADLINE[report.outcome].replace(/FEATURE|ROOT/g, (word) =>
    word === "ROOT" ? printable(setting.root) : setting.feature,
  );
  const names = report.actions.map((action) => shownPath(action, setting.root));
  const width = Math.max(...names.map((name) => name.length));
  const lines = report.actions.map(
    (action, index) =>
      `  ${action.result.padEnd(9)}  ${(names[index] ?? "").padEnd(width)}  ${printable(action.reason)}`,
  );
  return [headline, "", ...lines, ...nextSteps(report, setting)].join("\n") + "\n";
}

/** Seen from the project, which the headline names. */
function shownPath(action: ActionOutcome, root: string): string {
  const relative = path.relative(root, action.path);
  const outside = relative === "" || relative.startsWith("..") || path.isAbsolute(relative);
  return printable(outside ? action.path : relative) + (isConfig(action) ? "" : path.sep);
}

function nextSteps(report: InitReport, setting: InitSetting): string[] {
  if (report.outcome === "unchanged") return [];
  if (report.outcome === "failed") {
    return [
      "",
      "Every file is as it was or complete. Mend the cause and run init again: it goes on from there.",
    ];
  }
  const changed = report.actions.filter(
    (action) => action.result === "created" || action.result === "updated",
  );
  if (changed.length === 0) return [];
  const steps = [
    `Commit ${changed.map((action) => shownPath(action, setting.root)).join(" and ")}.`,
    'Rebuild the container: "Dev Containers: Rebuild Container" in VS Code, or\n' +
      `     devcontainer up --workspace-folder ${quoted(setting)} --remove-existing-container`,
    ...(report.outcome === "added"
      ? ["In it, run claude and log in once. Every rebuild after that keeps the login."]
      : []),
  ];
  const node = report.outcome === "added" && !setting.showsNode ? NODE_NEEDED : [];
  return ["", "Next", ...steps.map((step, index) => `  ${index + 1}. ${step}`), ...node];
}

const NODE_NEEDED = [
  "",
  'The Feature runs on Node 18.19 or later. If the image has none, add this under "features" too:',
  '  "ghcr.io/devcontainers/features/node:1": {}',
];

function quoted({ root, cwd }: InitSetting): string {
  const folder = root === cwd ? "." : printable(root);
  return /^[\w./\\:-]+$/.test(folder) ? folder : `"${folder}"`;
}
