import { parse } from "jsonc-parser";
import type { FileSystem } from "../apply/file-system.ts";
import { readText } from "./build-context-files.ts";
import { isObject } from "./credential.ts";

/** A line of a project's own that puts something else in the place of `~/.claude`. */
export interface RepointingCommand {
  /** The devcontainer.json. */
  readonly file: string;
  /** Its property: a lifecycle command's, or `features`. */
  readonly property: string;
  /** What does it: the script that a command runs, a Feature's key; else null. */
  readonly by: string | null;
}

/** The lifecycle commands that run in the container. */
const COMMANDS = [
  "onCreateCommand",
  "updateContentCommand",
  "postCreateCommand",
  "postStartCommand",
  "postAttachCommand",
] as const;

/** A program that puts something at a path or takes it away, and then `.claude` or `.claude.json`; or the older tool's script. */
const REPOINTS = /\b(?:ln|rm|mv|cp|rsync|install|mount)\s[^;&|\n]*\.claude(?![\w-])|claude-credential-sync/;
const SCRIPT = /[\w./${}-]+\.sh\b/g;
const OURS = /(?:^|\/)claude-credentials(?::|$)/;

/**
 * Finds what a devcontainer.json, and the shell scripts of the workspace that its commands run, do to `~/.claude`.
 * @param file its absolute path
 * @returns none for what is malformed or cannot be read
 */
export function findRepointingCommands(
  fs: FileSystem,
  file: string,
  text: string,
  workspace: string,
): RepointingCommand[] {
  const config = parseDocument(text);
  if (config === null) return [];
  const found = COMMANDS.flatMap((property): RepointingCommand[] => {
    const command = wordsOf(config[property]);
    if (REPOINTS.test(command)) return [{ file, property, by: null }];
    const script = scriptsIn(command, workspace).find((path) => repoints(fs, path));
    return script === undefined ? [] : [{ file, property, by: script }];
  });
  const features = isObject(config["features"]) ? Object.entries(config["features"]) : [];
  const feature = features.find(
    ([key, options]) => !OURS.test(key) && /\.claude(?![\w-])/.test(JSON.stringify(options)),
  );
  return feature === undefined ? found : [...found, { file, property: "features", by: feature[0] }];
}

function parseDocument(text: string): Record<string, unknown> | null {
  try {
    const config: unknown = parse(text.replace(/^\uFEFF/, ""), [], { allowTrailingComma: true });
    return isObject(config) ? config : null;
  } catch {
    return null;
  }
}

/** A command as text, a list of words, or several of these by name; a line for each. */
function wordsOf(command: unknown): string {
  if (typeof command === "string") return command;
  if (Array.isArray(command)) return command.filter((word) => typeof word === "string").join(" ");
  return isObject(command) ? Object.values(command).map(wordsOf).join("\n") : "";
}

function scriptsIn(command: string, workspace: string): string[] {
  return (command.match(SCRIPT) ?? []).flatMap((word) => {
    const known = word.replaceAll(/\$\{containerWorkspaceFolder\}/g, workspace);
    const path = known.startsWith("/") ? known : `${workspace}/${known.replace(/^\.\//, "")}`;
    return path.startsWith(`${workspace}/`) && !/[${}]|\/\.\.\//.test(path) ? [path] : [];
  });
}

function repoints(fs: FileSystem, path: string): boolean {
  const read = readText(fs, path);
  if (read.state !== "text") return false;
  return read.text.split("\n").some((line) => !/^\s*#/.test(line) && REPOINTS.test(line));
}
