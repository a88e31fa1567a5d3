import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { CANARY, type Place } from "./place.ts";

/** What lay in home and workspace before: all of it must be somewhere afterwards. */
export interface Before {
  readonly newest: string;
  /** What `~/.claude/.credentials.json` said, or null. */
  readonly live: string | null;
  readonly credentials: readonly string[];
  readonly files: readonly Entry[];
  readonly symlinks: readonly Entry[];
  readonly pipes: number;
  /** Each fact of each `.claude.json`: `key: value`. */
  readonly facts: readonly string[];
}

export interface Entry {
  /** Below the place's root. */
  readonly path: string;
  readonly name: string;
  readonly kind: "file" | "symlink" | "pipe" | "directory";
  readonly mode: number;
  /** The bytes of a file or the text of a symlink, latin1. */
  readonly content: string;
}

/** Everything in a place: home, workspace, store, and what the image brought. */
export function look({ root }: Place): Entry[] {
  const found: Entry[] = [];
  for (const part of ["home", "workspace", "elsewhere", "feature/home"]) walk(root, part, found);
  return found;
}

function walk(root: string, directory: string, found: Entry[]): void {
  if (lstatSync(join(root, directory), { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const name of readdirSync(join(root, directory))) {
    const path = `${directory}/${name}`;
    const whole = join(root, path);
    const stat = lstatSync(whole);
    const entry = { path, name, mode: stat.mode & 0o7777, content: "" };
    if (stat.isDirectory()) {
      found.push({ ...entry, kind: "directory" });
      walk(root, path, found);
    } else if (stat.isSymbolicLink()) {
      found.push({ ...entry, kind: "symlink", content: readlinkSync(whole) });
    } else if (stat.isFIFO()) {
      found.push({ ...entry, kind: "pipe" });
    } else {
      found.push({ ...entry, kind: "file", content: readFileSync(whole, "latin1") });
    }
  }
}

const isCredential = ({ name }: Entry): boolean => name.startsWith(".credentials.json");
const isState = ({ name }: Entry): boolean => name.startsWith(".claude.json");
/** Files of ours, and git's own, that a line may be added to. */
const isOther = ({ name, path }: Entry): boolean =>
  ["format", "exclude", "HEAD", ".gitignore"].includes(name) || path.includes("-incoming-");

function factsIn(text: string): string[] {
  try {
    const document: unknown = JSON.parse(text);
    const entries = Object.entries(document as Record<string, unknown>);
    return entries.map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  } catch {
    return [];
  }
}

export function remember(place: Place, newest: string): Before {
  const all = look(place).filter((entry) => !isOther(entry));
  const files = all.filter(({ kind }) => kind === "file");
  return {
    newest,
    live: readThrough(place),
    credentials: files.filter(isCredential).map(({ content }) => content),
    files: files.filter((file) => !isCredential(file) && !isState(file)),
    symlinks: all.filter(({ kind, path }) => kind === "symlink" && path.includes("/links/")),
    pipes: all.filter(({ kind }) => kind === "pipe").length,
    facts: files.filter(isState).flatMap(({ content }) => factsIn(content)),
  };
}

export function readThrough({ home }: Place): string | null {
  try {
    return readFileSync(join(home, ".claude/.credentials.json"), "utf8");
  } catch {
    return null;
  }
}

/** What lay there before and is nowhere whole any more. */
export function lost(now: readonly Entry[], before: Before): string[] {
  const files = now.filter(({ kind }) => kind === "file");
  const contents = new Set(files.map(({ content }) => content));
  const texts = new Set(now.filter(({ kind }) => kind === "symlink").map(({ content }) => content));
  const facts = new Set(files.filter(isState).flatMap(({ content }) => factsIn(content)));
  const pipes = now.filter(({ kind }) => kind === "pipe").length;
  return [
    ...(contents.has(before.newest) ? [] : ["the newest login"]),
    ...before.credentials.filter((content) => !contents.has(content)).map(() => "a credential"),
    ...before.files.filter(({ content }) => !contents.has(content)).map(({ path }) => path),
    ...before.symlinks.filter(({ content }) => !texts.has(content)).map(({ path }) => path),
    ...before.facts.filter((fact) => !facts.has(fact)),
    ...(pipes < before.pipes ? ["a FIFO"] : []),
  ];
}

/** Files that the client reads and that are there, but cut off or mixed up. */
export function torn(place: Place): string[] {
  const live = [join(place.home, ".claude"), join(place.store, ".claude-credentials")];
  const files = live.flatMap((directory) =>
    [".credentials.json", ".claude.json"].map((name) => join(directory, name)),
  );
  return [...files, join(place.home, ".claude.json")].filter((path) => {
    const text =
      statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, "utf8") : "{}";
    return factsIn(text).length === 0 && text !== "{}";
  });
}

/** Files that hold a secret and may be read by others. */
export function exposed(now: readonly Entry[]): string[] {
  return now
    .filter(({ kind, content, mode }) => kind === "file" && content.includes(CANARY) && (mode & 0o077) !== 0)
    .map(({ path }) => path);
}

/** Why the client could not go on working as before, or better: it must find the login it had, or the newest. */
export function unusable(place: Place, before: Before): string[] {
  const live = readThrough(place);
  if (live === before.newest || live === before.live) return [];
  return [live === null ? "no login at ~/.claude" : "another login at ~/.claude"];
}

/** What is not as it must be once `start` has done its work. */
export function unfinished(place: Place, now: readonly Entry[], before: Before): string[] {
  const store = place.store.slice(place.root.length + 1);
  // What lost a conflict in a store in the work tree lies where git does not see it.
  const kept = [`${store}/`, "workspace/.git/claude-credentials/backups/"];
  const inStore = new Set(
    now.filter(({ path }) => kept.some((place) => path.startsWith(place))).map(({ content }) => content),
  );
  const config = now.find(({ path }) => path === `${store}/.claude-credentials`);
  const target = join(place.store, ".claude-credentials");
  return [
    ...wrongLink(now, "home/.claude", target),
    ...wrongLink(now, "home/.claude.json", `${target}/.claude.json`),
    ...(before.files.some(({ name }) => name === ".claude-code-env")
      ? wrongLink(now, "home/.claude-code-env", join(place.store, "env-vars/.claude-code-env"))
      : []),
    ...(readThrough(place) === before.newest ? [] : ["the newest login is not live"]),
    ...before.files
      .filter(({ content }) => !inStore.has(content))
      .map(({ path }) => `${path} is not in the store`),
    ...(config?.mode === 0o700 ? [] : ["the store's directory is not private"]),
  ];
}

/** What a run that was not disturbed must not leave behind. */
export function leftOver(now: readonly Entry[], before: Before): string[] {
  const ours = now
    .filter(
      ({ name }) =>
        name.includes("claude-credentials-incoming") ||
        name.startsWith("stamp-") ||
        (name.includes(".aside-") && before.pipes === 0),
    )
    .map(({ path }) => `left over: ${path}`);
  return [...ours, ...locksLeft(now)];
}

/** Locks that nobody holds any more, and what was made to take one over. */
export function locksLeft(now: readonly Entry[]): string[] {
  const paths = new Set(now.map(({ path }) => path));
  // An owner file without its lock tells nobody anything.
  const speaks = (path: string): boolean => !path.endsWith(".owner") || paths.has(path.slice(0, -6));
  return now
    .filter(({ name, path }) => name.includes(".lock") && speaks(path))
    .map(({ path }) => `lock left: ${path}`);
}

function wrongLink(now: readonly Entry[], path: string, target: string): string[] {
  const entry = now.find((other) => other.path === path);
  if (entry?.kind !== "symlink") return [`${path} is no symlink`];
  return entry.content === target ? [] : [`${path} leads to ${entry.content}`];
}
