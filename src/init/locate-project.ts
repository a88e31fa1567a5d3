import * as path from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { UserError } from "../errors.ts";

const FOLDER = ".devcontainer";
const CONFIG = "devcontainer.json";
const TOP_CONFIG = ".devcontainer.json";

/** Where a project keeps its dev container. */
export interface Project {
  /** The folder that a dev container is opened from. */
  readonly root: string;
  /** The one configuration meant; where `exists` is false, the one to make. */
  readonly configPath: string;
  readonly exists: boolean;
  /** Whether the configuration lies where tools look by themselves: a copied Feature is found from there alone. */
  readonly isStandard: boolean;
}

/**
 * Finds the configuration that `project` (an absolute path) means. Reads only.
 * @throws UserError: exit code 2 where nothing is there, or several are and none was chosen.
 */
export function locateProject(fs: FileSystem, project: string): Project {
  const type = fs.stat(project)?.type ?? null;
  if (type === null) {
    const dangles = fs.lstat(project) !== null;
    throw new UserError(
      `${project} ${dangles ? "is a symlink that leads nowhere" : "does not exist"}`,
      "name a folder, or the path of a devcontainer.json",
      2,
    );
  }
  return type === "directory" ? inFolder(fs, project) : fromFile(project, type === "file");
}

function fromFile(configPath: string, isFile: boolean): Project {
  const name = path.basename(configPath);
  if (!isFile || (name !== CONFIG && name !== TOP_CONFIG)) {
    throw new UserError(
      `${configPath} is neither a folder nor a file named ${CONFIG} or ${TOP_CONFIG}`,
      "name the project's folder, or the path of its devcontainer.json",
      2,
    );
  }
  const own = path.dirname(configPath);
  for (let folder = own; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (path.basename(folder) === FOLDER) {
      return { root: path.dirname(folder), configPath, exists: true, isStandard: true };
    }
  }
  return { root: own, configPath, exists: true, isStandard: name === TOP_CONFIG };
}

function inFolder(fs: FileSystem, folder: string): Project {
  // Whoever stands in .devcontainer means the project around it, not one inside it.
  const root = path.basename(folder) === FOLDER ? path.dirname(folder) : folder;
  const [only, ...others] = listConfigs(fs, root);
  if (only === undefined) {
    return { root, configPath: path.join(root, FOLDER, CONFIG), exists: false, isStandard: true };
  }
  if (others.length > 0) {
    const names = [only, ...others].map((config) => path.relative(root, config)).join(", ");
    throw new UserError(
      `${root} has several dev container configurations: ${names}`,
      `name the one you mean: claude-credentials init ${quoted(only)}`,
      2,
    );
  }
  return { root, configPath: only, exists: true, isStandard: true };
}

function listConfigs(fs: FileSystem, root: string): string[] {
  const below = path.join(root, FOLDER);
  const names =
    fs.stat(below)?.type === "directory" ? fs.list(below).map((name) => name.toString("utf8")) : [];
  const nested = names.map((name) => path.join(below, name, CONFIG));
  // lstat: a link that leads nowhere is to be spoken of, not to be written over.
  return [path.join(below, CONFIG), path.join(root, TOP_CONFIG), ...nested].filter(
    (file) => fs.lstat(file) !== null,
  );
}

function quoted(file: string): string {
  return /^[\w./\\:-]+$/.test(file) ? file : JSON.stringify(file);
}
