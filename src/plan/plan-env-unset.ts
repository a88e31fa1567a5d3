import { TOKEN_VARIABLE } from "../env/env-names.ts";
import { removeOlderSections } from "../env/older-sections.ts";
import { editShellSection } from "../env/shell-section.ts";
import { finding, type Finding } from "../report/finding.ts";
import { FORMAT } from "../layout.ts";
import type { Action } from "./action.ts";
import { answerOnboarding, keyRecord } from "./answer-onboarding.ts";
import { namesOurPlace } from "./config-actions.ts";
import { stateLock } from "./lock-names.ts";
import { foreign, remains, writeRc } from "./plan-env-sections.ts";
import { reachesSettings, writeSettings } from "./plan-env-settings.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/**
 * Takes the API mode away, and every trace of it that is ours. What another tool keeps is named. With the wish `unlink`
 * only what leads to the variables goes, and what the older tool wrote stays.
 */
export function planUnsetEnv(planning: Planning): PartialPlan {
  const { inspection, store } = planning;
  const { stored, sources, link } = inspection.env;
  const isOurLink =
    link.kind === "symlink" && (link.text === store.envFile || namesOurPlace(planning, link.text));
  const path = inspection.homeLayout.envFile;
  const ways = planning.options.env.kind === "unlink";
  const rcs = inspection.env.rcFiles.map((rc) => {
    const cleaned = ways || rc.text === null ? rc.text : removeOlderSections(rc.text, "both");
    const edited = editShellSection(cleaned, rc.kind, false);
    if (edited.state === "foreign" || edited.state === "broken")
      return { actions: [], findings: [foreign(rc, edited.state)] };
    if (edited.text === rc.text) return { actions: [], findings: [] };
    if (rc.trouble !== null) return { actions: [], findings: [remains(rc, rc.trouble)] };
    return { actions: writeRc(planning, rc, edited.text, "the API mode is taken away"), findings: [] };
  });
  const kept = [
    ...(link.kind === "file" ? [path] : []),
    ...(stored.state === "absent" ? [] : [store.envFile]),
    ...sources.filter(({ kind }) => kind === "build").map((source) => source.path),
  ];
  const files = [...(isOurLink ? [path] : []), ...(ways ? [] : kept)];
  const removals = files.map((file): Action => ({
    part: "env",
    kind: "remove-file",
    path: file,
    reason: "the API mode is taken away",
  }));
  return {
    actions: [
      ...rcs.flatMap(({ actions }) => actions),
      ...writeSettings(planning, new Map(), namesInSettings(planning), "the API mode is taken away"),
      ...forgetKeys(planning),
      ...(ways ? [] : neverAgain(planning)),
      ...removals,
    ],
    findings: [
      ...rcs.flatMap(({ findings }) => findings),
      ...inSettings(planning),
      ...(ways ? [] : elsewhere(planning)),
    ],
  };
}

/** What is ours in settings: what the file's variables put there, and for `env unset` every token. The rest is a person's own. */
function namesInSettings({ inspection, options }: Planning): Set<string> {
  const { stored } = inspection.env;
  const isThere = stored.state === "valid" && reachesSettings(stored.file);
  const tokens = options.env.kind === "unlink" ? [] : Object.values(TOKEN_VARIABLE);
  return new Set([...(isThere ? stored.file.variables.keys() : []), ...tokens]);
}

function keysKnown({ inspection, options }: Planning): (string | undefined)[] {
  const { stored, sources, settings } = inspection.env;
  const name = TOKEN_VARIABLE["api-key"];
  const own = stored.state === "valid" ? [stored.file.variables.get(name)] : [];
  if (options.env.kind === "unlink") return own;
  return [...own, ...sources.map(({ file }) => file.variables.get(name)), settings?.env.get(name)];
}

/** What the client wrote down of a key are its last 20 characters. */
function forgetKeys(planning: Planning): Action[] {
  const { inspection, owner, temporary } = planning;
  const { state } = inspection.env;
  const forget = keysKnown(planning)
    .filter((key) => key !== undefined)
    .map(keyRecord);
  const wanted = { isOnboarded: false, approve: null, overrule: false, forget };
  if (state.file.state !== "valid" || answerOnboarding(state.file.document, wanted) === null) return [];
  const { path } = state;
  const temporaryPath = temporary(path.slice(0, path.lastIndexOf("/")), "onboarding-unfinished");
  const common = { part: "env", path, reason: "the API mode is taken away" } as const;
  const action: Action = {
    ...common,
    kind: "answer-onboarding",
    ...wanted,
    owner,
    temporary: temporaryPath,
  };
  const locks = [stateLock(inspection.homeLayout.state ?? path)];
  return [{ ...common, kind: "under-locks", locks, actions: [action] }];
}

/** What other places keep must not come back at the next start. */
function neverAgain(planning: Planning): Action[] {
  const { choice, store, owner, temporary, inspection } = planning;
  const digests = inspection.env.sources
    .filter(({ kind }) => kind === "earlier" || kind === "bare-key")
    .map(({ digest }) => digest);
  if (choice.kind !== "store" || digests.length === 0) return [];
  const { format } = choice.candidate;
  const merged = format?.version === FORMAT ? format.merged : [];
  if (digests.every((digest) => merged.includes(digest))) return [];
  return [
    {
      part: "env",
      kind: "write-format",
      path: store.format,
      root: store.root,
      merged: [...merged, ...digests],
      lookedAt: null,
      owner,
      temporary: temporary(store.root, "env-merged"),
      reason: "so that it does not come back",
    },
  ];
}

function inSettings(planning: Planning): Finding[] {
  const { settings } = planning.inspection.env;
  const names = [...namesInSettings(planning)].filter((name) => settings?.env.has(name));
  if (settings === null || settings.isOwn || names.length === 0) return [];
  return [
    finding(
      "ENV_REMAINS",
      `${settings.path} keeps ${names.join(", ")}: ${settings.trouble ?? "it cannot be changed"}`,
      "take the lines out yourself",
      settings.path,
    ),
  ];
}

function elsewhere({ inspection }: Planning): Finding[] {
  return inspection.env.sources
    .filter(({ kind }) => kind === "earlier" || kind === "bare-key" || kind === "mounted")
    .map(({ path }) =>
      finding(
        "ENV_REMAINS",
        `${path} is another tool's, or an earlier store's: it is left where it is, and not used`,
        `remove it yourself if nothing needs it: rm ${path}`,
        path,
      ),
    );
}
