import { basename, relative } from "node:path";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { SECRETS_NAME, type StoreLayout } from "../layout.ts";
import { findBuilds, type ImageBuild } from "./build-context-builds.ts";
import { excludesAll } from "./build-context-ignore.ts";
import { orNull, readText, realpathOf } from "./build-context-files.ts";
import { findForeign } from "./build-context-owner.ts";
import { findRepository } from "./repository.ts";

/** A build that would take the store along. */
export interface ExposingBuild {
  /** The file that makes it, and within a compose file the service. */
  readonly file: string;
  readonly service: string | null;
  readonly context: string;
  /** The ignore file that this build reads, there or not, and whether its last line has an end. */
  readonly ignoreFile: string;
  readonly endsLine: boolean;
  /** The line that it lacks. */
  readonly line: string;
}

/** A store that image builds of the project would take along. */
export interface BuildExposure {
  readonly root: string;
  readonly builds: readonly [ExposingBuild, ...ExposingBuild[]];
  /** What the workspace's owner cannot read, where the store's files are, or are about to be, somebody else's. */
  readonly foreign: { readonly path: string; readonly uid: number; readonly workspaceUid: number } | null;
}

/** What of a store's layout is looked at. */
export type StorePaths = Pick<
  StoreLayout,
  "root" | "config" | "credential" | "state" | "backups" | "envFile"
>;

export interface BuildContextQuestion {
  readonly user: Owner;
  /** As it was named; null where none is known. */
  readonly workspace: string | null;
  readonly store: StorePaths;
}

/**
 * Looks at the builds that the workspace's (and its repository's) devcontainer.json, compose files and Dockerfile
 * describe, for a store that lies there. Read-only.
 * @returns null where no build takes the store along. What cannot be read or understood is no such build, and
 * neither is one of a context above what is mounted here whose ignore file cannot be seen.
 */
export async function inspectBuildContext(
  fs: FileSystem,
  question: BuildContextQuestion,
): Promise<BuildExposure | null> {
  const workspace = question.workspace === null ? null : realpathOf(fs, question.workspace);
  if (workspace === null) return null;
  const top = orNull(() => findRepository(fs, workspace))?.top ?? workspace;
  const store = withRealPaths(fs, question.store);
  if (!isBelow(store.root, top)) return null;

  const exposing: ExposingBuild[] = [];
  for (const build of await findBuilds(fs, workspace === top ? [top] : [workspace, top])) {
    const found = expose(fs, build, store, top);
    if (found !== null) exposing.push(found);
  }
  const [first, ...more] = exposing;
  if (first === undefined) return null;
  const foreign = findForeign(fs, question.user, workspace, store);
  return { root: store.root, builds: [first, ...more], foreign };
}

function withRealPaths(fs: FileSystem, store: StorePaths): StorePaths {
  const root = realpathOf(fs, store.root) ?? store.root;
  const moved = (path: string): string => root + path.slice(store.root.length);
  return {
    root,
    config: moved(store.config),
    credential: moved(store.credential),
    state: moved(store.state),
    backups: moved(store.backups),
    envFile: moved(store.envFile),
  };
}

function expose(fs: FileSystem, build: ImageBuild, store: StorePaths, top: string): ExposingBuild | null {
  const context = realpathOf(fs, build.context);
  if (context === null || !isBelow(store.root, context)) return null;
  const ignore = findIgnoreFile(fs, build, context, isBelow(context, top));
  if (ignore === null) return null;
  if (ignore.text !== "") {
    const secrets = secretsIn(fs, store).map((path) => relative(context, path));
    if (excludesAll(ignore.text, secrets) !== false) return null;
  }
  const { file, service } = build;
  const endsLine = ignore.text === "" || ignore.text.endsWith("\n");
  return { file, service, context, ignoreFile: ignore.path, endsLine, line: ignoreLine(context, store.root) };
}

/** The ignore file that a build reads; null where that cannot be told. */
function findIgnoreFile(
  fs: FileSystem,
  { file, dockerfile }: ImageBuild,
  context: string,
  isVisible: boolean,
): { path: string; text: string } | null {
  const general = `${context}/.dockerignore`;
  const paths = [
    ...(dockerfile === null ? [] : [`${dockerfile}.dockerignore`]),
    // Podman's own name for it, before Docker's.
    ...(basename(file) === "Containerfile" ? [`${context}/.containerignore`] : []),
    general,
  ];
  for (const path of paths) {
    const read = readText(fs, path);
    if (read.state === "text") return { path, text: read.text };
    if (read.state === "unreadable") return null;
  }
  return isVisible ? { path: general, text: "" } : null;
}

/** What must not get into an image: the login always, the rest as far as it is there. */
function secretsIn(fs: FileSystem, store: StorePaths): string[] {
  const isThere = (path: string): boolean => orNull(() => fs.lstat(path)) !== null;
  return [
    store.credential,
    ...(isThere(store.backups) ? [`${store.backups}/any/.credentials.json`] : []),
    ...(isThere(store.envFile) ? [store.envFile] : []),
  ];
}

/** The line that keeps the store out, from the context's root on; the older tool's folder wherever it lies. */
function ignoreLine(context: string, root: string): string {
  if (basename(root) === SECRETS_NAME) return `**/${SECRETS_NAME}`;
  const path = relative(context, root).replace(/[\\*?[\]]/g, "\\$&");
  return path === "" ? "*" : path.replace(/^(?=[!#])/, "\\");
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
