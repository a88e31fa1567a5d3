import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { whyNoValue } from "../env/check-value.ts";
import { parseEnvFile, renderEnvFile, type EnvFile } from "../env/env-file.ts";
import { TOKEN_VARIABLE } from "../env/env-names.ts";
import { errnoCode } from "../errors.ts";
import { BARE_KEY_NAME, SECRETS_NAME, type HomeLayout, type StoreLayout } from "../layout.ts";
import type { ShellHomes } from "../options.ts";
import { inspectHomeEntry, type HomeEntry } from "./entry.ts";
import type { RankedCandidate } from "./inspection.ts";
import { ENV_LIMIT } from "./own-entries.ts";
import { inspectRcFiles, type RcFile, type Shell } from "./rc-files.ts";
import { readSettingsFile, type SettingsFile } from "./settings-file.ts";
import { readStateFile } from "./state-file.ts";
import type { Surroundings } from "./surroundings.ts";
import { digestOf } from "./tree-digest.ts";

/** A file of variables as it was found; `content` holds secrets. */
export type EnvFileFound =
  | { readonly state: "absent" }
  | { readonly state: "unreadable"; readonly errnoCode: string }
  | { readonly state: "malformed"; readonly line: number; readonly why: string }
  | { readonly state: "valid"; readonly file: EnvFile; readonly content: string };

/** Variables outside of the chosen store. */
export interface EnvSource {
  /** `home`: a real file in the link's place; `build`: the image's own directory; `mounted`: led to by a mount. */
  readonly kind: "home" | "mounted" | "build" | "earlier" | "bare-key";
  readonly path: string;
  readonly file: EnvFile;
  readonly content: string;
  /** Tells it from every other one, without its secret. */
  readonly digest: string;
}

/** All that is kept of the API mode, and what leads to it. */
export interface EnvMode {
  /** What is at `~/.claude-code-env`. */
  readonly link: HomeEntry;
  /** Whether the store has a directory for the variables. */
  readonly holdsDirectory: boolean;
  readonly stored: EnvFileFound;
  /** What may come into the store, the first one first. */
  readonly sources: readonly EnvSource[];
  /** Files that must be there or are not right: never taken over. */
  readonly refused: readonly { readonly path: string; readonly found: EnvFileFound }[];
  /** Startup files of the shells; none are looked at where nothing is configured. */
  readonly rcFiles: readonly RcFile[];
  readonly settings: SettingsFile | null;
  /** The state file that the client reads, and what it says. */
  readonly state: { readonly path: string; readonly file: ReturnType<typeof readStateFile> };
}

export interface EnvQuestion {
  readonly layout: HomeLayout;
  readonly store: StoreLayout;
  readonly candidates: readonly RankedCandidate[];
  /** Of the store that was chosen; null where that is none of the candidates. */
  readonly chosenRoot: string | null;
  readonly workspace: string | null;
  readonly surroundings: Surroundings;
  readonly config: HomeEntry;
  readonly state: HomeEntry | null;
  readonly shellHomes: ShellHomes;
  readonly shells: () => ReadonlySet<Shell>;
  /** Whether the mode is to be changed: then the files are looked at also where nothing is configured yet. */
  readonly isToChange: boolean;
}

export function inspectEnvMode(fs: FileSystem, question: EnvQuestion): EnvMode {
  const { layout, store, surroundings } = question;
  const link = inspectHomeEntry(fs, layout.envFile, surroundings.mounts, surroundings.inContainer);
  const stored = readEnvFile(fs, store.envFile);
  const found = findSources(fs, question, link);
  const isConfigured = stored.state !== "absent" || found.length > 0 || link.kind !== "absent";
  const isLookedAt = isConfigured || question.isToChange;
  const statePath = liveState(question);
  return {
    link,
    holdsDirectory: fs.lstat(store.envVars)?.type === "directory",
    stored,
    sources: found.flatMap(({ source }) => source ?? []),
    refused: found.flatMap(({ path, found: file, source }) =>
      source === null && file.state !== "absent" ? [{ path, found: file }] : [],
    ),
    rcFiles: isLookedAt ? inspectRcFiles(fs, layout.home, question.shellHomes, question.shells()) : [],
    settings: question.isToChange ? readSettingsFile(fs, configOf(question)) : null,
    state: { path: statePath, file: isLookedAt ? readStateFile(fs, statePath) : { state: "absent" } },
  };
}

/** Reads a file of variables. It is never sourced: what is no plain constant in it is not ours to run. */
export function readEnvFile(fs: FileSystem, path: string): EnvFileFound {
  try {
    const bytes = readSmallFile(fs, path, ENV_LIMIT);
    if (bytes === null) return { state: "absent" };
    const content = bytes.toString("utf8");
    const parsed = parseEnvFile(content);
    return parsed.state === "valid" ? { ...parsed, content } : parsed;
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return { state: "unreadable", errnoCode: code };
  }
}

interface Found {
  readonly path: string;
  readonly found: EnvFileFound;
  readonly source: EnvSource | null;
}

function findSources(fs: FileSystem, question: EnvQuestion, link: HomeEntry): Found[] {
  const { layout, store, candidates, chosenRoot, workspace } = question;
  const built = `${layout.buildRoot}/env-vars/.claude-code-env`;
  const safe = candidates.filter(({ candidate }) => candidate.verdict.usable && candidate.exists);
  const others = safe.filter(({ candidate }) => candidate.layout.root !== chosenRoot);
  const secrets = safe.find(({ candidate }) => candidate.kind === "workspace");
  return [
    ...(link.kind === "file" ? [envSource(fs, "home", layout.envFile)] : []),
    ...(link.kind === "mounted" && !link.isDirectory ? [envSource(fs, "mounted", link.realPath)] : []),
    ...(built === store.envFile ? [] : [envSource(fs, "build", built)]),
    ...others.map(({ candidate }) => envSource(fs, "earlier", candidate.layout.envFile)),
    ...(secrets === undefined || workspace === null
      ? []
      : [bareKey(fs, `${workspace}/${SECRETS_NAME}/${BARE_KEY_NAME}`)]),
  ].filter(({ found }) => found.state !== "absent");
}

function envSource(fs: FileSystem, kind: EnvSource["kind"], path: string): Found {
  const found = readEnvFile(fs, path);
  if (found.state !== "valid") return { path, found, source: null };
  const { file, content } = found;
  return { path, found, source: { kind, path, file, content, digest: digestOfSource(path, content) } };
}

/** The older tool's API key, with nothing around it: as the shell's `$(cat FILE)` has it. */
function bareKey(fs: FileSystem, path: string): Found {
  try {
    const key = readSmallFile(fs, path, ENV_LIMIT)?.toString("utf8").replace(/\n+$/, "");
    if (key === undefined || key === "") return { path, found: { state: "absent" }, source: null };
    if (whyNoValue(key) !== null) {
      const why = "holds more than a key";
      return { path, found: { state: "malformed", line: 1, why }, source: null };
    }
    const file: EnvFile = { variables: new Map([[TOKEN_VARIABLE["api-key"], key]]), to: "shell" };
    const content = renderEnvFile(file);
    return {
      path,
      found: { state: "valid", file, content },
      source: { kind: "bare-key", path, file, content, digest: digestOfSource(path, content) },
    };
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return { path, found: { state: "unreadable", errnoCode: code }, source: null };
  }
}

function digestOfSource(path: string, content: string): string {
  return digestOf(Buffer.from(JSON.stringify(["env", path, content])));
}

/** The state file that the client will read once the links are right. */
function liveState({ layout, store, state }: EnvQuestion): string {
  if (layout.state === null || state === null) return store.state;
  if (state.kind === "mounted") return state.realPath;
  if (state.kind === "symlink" && state.realPath !== null && state.leadsTo === "file") return state.realPath;
  return state.kind === "file" ? layout.state : store.state;
}

/** The configuration directory that the client reads its settings from. */
function configOf({ layout, store, config }: EnvQuestion): string {
  if (config.kind === "directory" || config.kind === "mounted") return config.realPath;
  if (config.kind === "symlink" && config.realPath !== null) return config.realPath;
  return config.kind === "absent" && layout.state === null ? layout.config : store.config;
}
