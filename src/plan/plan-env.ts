import type { EnvFile } from "../env/env-file.ts";
import { renderEnvFile } from "../env/env-file.ts";
import { TOKEN_VARIABLE } from "../env/env-names.ts";
import type { EnvSource } from "../inspect/env-sources.ts";
import { FORMAT } from "../layout.ts";
import type { Action } from "./action.ts";
import { answerOnboarding, keyRecord } from "./answer-onboarding.ts";
import { refusalFindings } from "./env-refusals.ts";
import { stateLock } from "./lock-names.ts";
import { planEnvLink } from "./plan-env-link.ts";
import { planSections } from "./plan-env-sections.ts";
import { planSettings } from "./plan-env-settings.ts";
import { planUnsetEnv } from "./plan-env-unset.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/** The variables that are to be in the store, and where they come from. */
export interface WantedEnv {
  readonly file: EnvFile;
  readonly content: string;
  /** Null where they are in the store already, or are set just now. */
  readonly source: EnvSource | null;
}

/** The API mode: its variables in the store, and every way that leads a process to them. Does nothing where it is not configured. */
export function planEnv(planning: Planning): PartialPlan {
  const { kind } = planning.options.env;
  if (kind === "unset") return planUnsetEnv(planning);
  const discards = planning.inspection.env.leftovers.map((path): Action => ({
    part: "env",
    kind: "discard",
    path,
    reason: "an interrupted run left it; what it was to replace is there",
  }));
  const wanted = wantedEnv(planning);
  const refusals = refusalFindings(planning, wanted !== null);
  if (wanted === null) return { actions: discards, findings: refusals };
  const linked = planEnvLink(planning, wanted);
  if (!linked.isReached)
    return { actions: [...discards, ...linked.actions], findings: [...refusals, ...linked.findings] };
  const sections = planSections(planning, wanted.file);
  return {
    actions: [
      ...discards,
      ...inStore(planning, wanted),
      ...linked.actions,
      ...once(planning, wanted.source),
      ...sections.actions,
      ...planSettings(planning, wanted.file),
      ...answers(planning, wanted.file),
    ],
    findings: [...refusals, ...linked.findings, ...sections.findings],
  };
}

/** Whether there are variables to be led to. */
export function isApiMode(planning: Planning): boolean {
  return planning.options.env.kind !== "unset" && wantedEnv(planning) !== null;
}

/** By these the next start sees that something changed: what leads to the variables, or that there are some at all. */
export function envPaths(planning: Planning): string[] {
  const { inspection, store } = planning;
  if (!isApiMode(planning)) return [store.envFile];
  return [inspection.homeLayout.envFile, ...inspection.env.rcFiles.map(({ path }) => path)];
}

/** What the store holds comes first; else what may come into it, each such place once. */
function wantedEnv({ inspection, options, choice }: Planning): WantedEnv | null {
  const { env: wish } = options;
  const { stored, sources } = inspection.env;
  if (wish.kind === "set") return { file: wish.file, content: renderEnvFile(wish.file), source: null };
  const mounted = sources.find(({ kind }) => kind === "mounted");
  if (mounted !== undefined) return { ...mounted, source: mounted };
  if (stored.state === "valid") return { ...stored, source: null };
  if (stored.state !== "absent") return null;
  const merged = choice.kind === "store" ? (choice.candidate.format?.merged ?? []) : [];
  const source = sources.find(({ kind, digest }) => !isTakenOnce(kind) || !merged.includes(digest));
  return source === undefined ? null : { file: source.file, content: source.content, source };
}

/** What stays where it is must not come again once it was taken away here. */
function isTakenOnce(kind: EnvSource["kind"]): boolean {
  return kind === "earlier" || kind === "bare-key";
}

function inStore(planning: Planning, { content, source }: WantedEnv): Action[] {
  const { inspection, store, owner, temporary, choice } = planning;
  const { stored } = inspection.env;
  if (source?.kind === "mounted" || (stored.state === "valid" && stored.content === content)) return [];
  const roots = choice.kind === "none" ? [store.root] : [];
  const directories = [...roots, ...(inspection.env.holdsDirectory ? [] : [store.envVars])];
  return [
    ...directories.map((path): Action => ({
      part: "env",
      kind: "make-directory",
      path,
      mode: 0o700,
      making: "mkdir",
      owner,
      user: inspection.user,
      reason: "the place of the API mode's variables",
    })),
    {
      part: "env",
      kind: "write-file",
      path: store.envFile,
      content,
      encoding: "utf8",
      mode: 0o600,
      owner,
      temporary: temporary(store.root, "env"),
      reason: source === null ? "the variables of the API mode" : `taken over from ${source.path}`,
    },
  ];
}

/** What a takeover leaves to be done: it is written down, or its source goes. */
function once(planning: Planning, source: EnvSource | null): Action[] {
  const { choice, store, owner, temporary } = planning;
  if (source?.kind === "build") {
    const reason = "the store holds it now";
    return [{ part: "env", kind: "remove-file", path: source.path, reason }];
  }
  if (source === null || !isTakenOnce(source.kind) || choice.kind !== "store") return [];
  const { format } = choice.candidate;
  return [
    {
      part: "env",
      kind: "write-format",
      path: store.format,
      root: store.root,
      merged: [...(format?.version === FORMAT ? format.merged : []), source.digest],
      lookedAt: null,
      owner,
      temporary: temporary(store.root, "env-merged"),
      reason: "so that it is taken over only once",
    },
  ];
}

/** What the client asks at its first start in this mode is answered; whether a folder is trusted stays a person's matter. */
function answers(planning: Planning, { variables }: EnvFile): Action[] {
  const { inspection, options, owner, temporary } = planning;
  const { state, stored } = inspection.env;
  const key = variables.get(TOKEN_VARIABLE["api-key"]) ?? null;
  const isSet = options.env.kind === "set";
  const before = stored.state === "valid" ? stored.file.variables.get(TOKEN_VARIABLE["api-key"]) : undefined;
  const wanted = {
    isOnboarded: true,
    approve: key === null ? null : keyRecord(key),
    overrule: isSet,
    forget: isSet && before !== undefined && before !== key ? [keyRecord(before)] : [],
  };
  const document = state.file.state === "valid" ? state.file.document : {};
  if (state.file.state === "unreadable" || answerOnboarding(document, wanted) === null) return [];
  const directory = state.path.slice(0, state.path.lastIndexOf("/"));
  const action: Action = {
    part: "env",
    kind: "answer-onboarding",
    path: state.path,
    ...wanted,
    owner,
    temporary: temporary(directory, "onboarding-unfinished"),
    reason: "onboarding is answered: the API mode needs no login",
  };
  const lock = stateLock(inspection.homeLayout.state ?? state.path);
  return [
    {
      part: "env",
      kind: "under-locks",
      path: state.path,
      reason: action.reason,
      locks: [lock],
      actions: [action],
    },
  ];
}
