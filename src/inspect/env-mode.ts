import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { parseEnvFile, type EnvFile } from "../env/env-file.ts";
import { errnoCode } from "../errors.ts";
import type { HomeLayout, StoreLayout } from "../layout.ts";
import type { ShellHomes } from "../options.ts";
import { inspectHomeEntry, type HomeEntry } from "./entry.ts";
import { findEnvSources, type EnvSource } from "./env-sources.ts";
import type { RankedCandidate } from "./inspection.ts";
import { isUnfinishedFile } from "./find-leftovers.ts";
import { ENV_LIMIT } from "./own-entries.ts";
import { inspectRcFiles, type RcFile, type Shell } from "./rc-files.ts";
import { deadLeftovers } from "./run-tag.ts";
import { readSettingsFile, type SettingsFile } from "./settings-file.ts";
import { readStateFile } from "./state-file.ts";
import type { Surroundings } from "./surroundings.ts";

/** A file of variables as it was found; `content` holds secrets. */
export type EnvFileFound =
  | { readonly state: "absent" }
  | { readonly state: "unreadable"; readonly errnoCode: string }
  | { readonly state: "malformed"; readonly line: number; readonly why: string }
  | { readonly state: "valid"; readonly file: EnvFile; readonly content: string };

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
  /** What interrupted runs left beside files that are not in the store. */
  readonly leftovers: readonly string[];
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
  /** Whether a state file of the home's own stays where it is. */
  readonly isStateKept: boolean;
  /** Whether the store is still another user's: nothing in it is looked at before it is taken over. */
  readonly isClosed: boolean;
  /** This run's. */
  readonly tag: string;
  /** Whether the mode is to be changed: then the files are looked at also where nothing is configured yet. */
  readonly isToChange: boolean;
}

export function inspectEnvMode(fs: FileSystem, question: EnvQuestion): EnvMode {
  const { layout, store, surroundings } = question;
  const link = inspectHomeEntry(fs, layout.envFile, surroundings.mounts, surroundings.inContainer);
  const stored: EnvFileFound = question.isClosed ? { state: "absent" } : readEnvFile(fs, store.envFile);
  const found = findEnvSources(fs, question, link);
  const isConfigured = stored.state !== "absent" || found.length > 0 || link.kind !== "absent";
  const isLookedAt = isConfigured || question.isToChange;
  const statePath = liveState(question);
  const rcFiles = isLookedAt ? inspectRcFiles(fs, layout.home, question.shellHomes, question.shells()) : [];
  return {
    link,
    holdsDirectory: !question.isClosed && fs.lstat(store.envVars)?.type === "directory",
    stored,
    sources: found.flatMap(({ source }) => source ?? []),
    refused: found.flatMap(({ path, found: file, source }) =>
      source === null && file.state !== "absent" ? [{ path, found: file }] : [],
    ),
    rcFiles,
    settings: question.isToChange ? readSettingsFile(fs, configOf(question)) : null,
    state: { path: statePath, file: isLookedAt ? readStateFile(fs, statePath) : { state: "absent" } },
    leftovers: leftoversBeside(fs, question, [statePath, ...rcFiles.map(({ file }) => file)]),
  };
}

function leftoversBeside(fs: FileSystem, question: EnvQuestion, files: readonly string[]): string[] {
  const { layout, store, tag } = question;
  const own = [layout.home, store.root, configOf(question), ...files.map(dirname)];
  return [...new Set(own)].flatMap((directory) =>
    deadLeftovers(fs, directory, tag)
      .filter(isUnfinishedFile)
      .map((name) => `${directory}/${name}`),
  );
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

/** The state file that the client will read once the links are right. */
function liveState({ layout, store, state, chosenRoot, candidates, isStateKept }: EnvQuestion): string {
  if (layout.state === null || state === null) return store.state;
  if (state.kind === "mounted") return state.realPath;
  if (state.kind === "file") return chosenRoot === null || isStateKept ? layout.state : store.state;
  if (state.kind !== "symlink" || state.leadsTo !== "file" || state.realPath === null) return store.state;
  // One that leads to a place of ours is led to the store; another one stays.
  const places = [layout.buildRoot, ...candidates.map(({ candidate }) => candidate.layout.root)];
  const { realPath } = state;
  const isOurs = places.some((root) => realPath.startsWith(`${root}/`));
  return isOurs && chosenRoot !== null ? store.state : realPath;
}

/** The configuration directory that the client reads its settings from. */
function configOf({ layout, store, config }: EnvQuestion): string {
  if (config.kind === "directory" || config.kind === "mounted") return config.realPath;
  if (config.kind === "symlink" && config.realPath !== null) return config.realPath;
  return config.kind === "absent" && layout.state === null ? layout.config : store.config;
}
