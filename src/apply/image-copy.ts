import { treeDigest } from "../inspect/tree-digest.ts";
import { parseObject, isObject } from "../inspect/credential.ts";
import { MACHINE_BOUND, PERSONAL, SETTINGS_NAMES } from "../plan/config-entries.ts";
import { CREDENTIAL_NAME, INCOMING_PREFIX, STATE_NAME } from "../plan/plan-merge.ts";
import type { FileSystem } from "./file-system.ts";
import type { Result } from "./outcome.ts";
import { joinPath } from "./path.ts";
import { copyFile, finishEntry } from "./copy-file.ts";
import { removeTree } from "./remove-tree.ts";
import { runSteps } from "./run-steps.ts";
import { readSmallFile, withOpen, writeAll } from "./transfer.ts";

/** What holds or may hold a login, or a person's doings. */
const LEFT_OUT = new Set<string>([CREDENTIAL_NAME, STATE_NAME, ...MACHINE_BOUND, ...PERSONAL]);
const SETTINGS: ReadonlySet<string> = new Set(SETTINGS_NAMES);
/** Names of variables whose values are secrets. */
const SECRET_NAME = /TOKEN|KEY|HEADERS|SECRET|PASSWORD/i;
const LIMIT = 16 * 1024 * 1024;

/**
 * Keeps a copy of an image's `~/.claude` without anything secret, readable by all, for `start` to merge where a
 * volume hides the original. Replaced only when it differs.
 * @param target the copy's directory; its parent exists
 */
export function keepImageCopy(fs: FileSystem, source: string, target: string, nonce: string): Result {
  const staging = `${target}-${nonce}`;
  fs.mkdir(staging, 0o755);
  fs.chmod(staging, 0o755);
  copyDirectory(fs, source, staging, true);
  const before = fs.lstat(target);
  if (before !== null && treeDigest(fs, staging) === treeDigest(fs, target)) {
    removeTree(fs, staging);
    return "unchanged";
  }
  removeTree(fs, target);
  fs.rename(staging, target);
  return before === null ? "created" : "updated";
}

function copyDirectory(fs: FileSystem, source: Buffer | string, target: Buffer | string, top: boolean): void {
  for (const name of fs.list(source)) {
    const text = name.toString("latin1");
    if (top && (LEFT_OUT.has(text) || text.endsWith(".lock") || text.startsWith(INCOMING_PREFIX))) continue;
    const [from, to] = [joinPath(source, name), joinPath(target, name)];
    const stat = fs.lstat(from);
    if (stat?.type === "directory") {
      fs.mkdir(to, 0o700);
      copyDirectory(fs, from, to, false);
      finishEntry(fs, to, stat, { mode: 0o755, owner: null });
    } else if (stat?.type === "symlink") {
      fs.symlink(fs.readlink(from), to);
    } else if (stat?.type === "file") {
      const mode = stat.mode & 0o111 ? 0o755 : 0o644;
      if (top && SETTINGS.has(text)) copySettings(fs, from, to);
      else runSteps(copyFile(fs, from, to, { mode, owner: null }));
    }
  }
}

/** Settings without what carries a token; what is no JSON object is left out. */
function copySettings(fs: FileSystem, from: Buffer, to: Buffer): void {
  const bytes = readSmallFile(fs, from, LIMIT);
  const stat = fs.lstat(from);
  const settings = bytes === null ? null : parseObject(bytes.toString("utf8"));
  if (settings === null || stat === null) return;
  delete settings["apiKeyHelper"];
  const { env } = settings;
  if (isObject(env))
    settings["env"] = Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET_NAME.test(name)));
  const descriptor = fs.openNew(to, 0o600);
  withOpen(fs, descriptor, () => {
    writeAll(fs, descriptor, Buffer.from(`${JSON.stringify(settings, null, 2)}\n`), 0);
  });
  finishEntry(fs, to, stat, { mode: 0o644, owner: null });
}
