import type { FileSystem, Owner } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { UserError } from "../errors.ts";
import { decodeJson, type JsonText } from "./json-text.ts";
import { type ParsedConfig, parseConfig } from "./parse-config.ts";

const LARGEST = 4 * 1024 * 1024;

/** An existing devcontainer.json. */
export interface ConfigFile {
  /** The path with every symlink resolved: a link to the file stays a link, what it leads to is edited. */
  readonly realPath: string;
  readonly mode: number;
  readonly owner: Owner;
  readonly json: JsonText;
  readonly parsed: ParsedConfig;
}

/** @throws UserError for what is no regular file, no UTF-8, or no well-formed devcontainer.json (with line and column). */
export function readConfig(fs: FileSystem, configPath: string): ConfigFile {
  const realPath = fs.realpath(configPath);
  if (realPath === null) {
    throw new UserError(
      `${configPath} is a symlink that leads nowhere`,
      "remove it or make the file it names, and run init again; nothing was changed",
    );
  }
  const stat = fs.lstat(realPath);
  if (stat?.type !== "file" || stat.size > LARGEST) {
    throw new UserError(
      `${configPath} is ${stat?.type === "file" ? "larger than 4 MiB" : `a ${stat?.type ?? "path to nothing"}`}, not a devcontainer.json`,
      "name the right one and run init again; nothing was changed",
    );
  }
  const json = decodeJson(readSmallFile(fs, realPath, LARGEST) ?? Buffer.alloc(0), configPath);
  const { mode, uid, gid } = stat;
  return { realPath, mode, owner: { uid, gid }, json, parsed: parseConfig(json.text, configPath) };
}
