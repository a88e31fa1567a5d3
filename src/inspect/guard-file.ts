import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";
import type { FeatureOptions } from "../options.ts";
import { GUARD_PATH, renderGuard } from "../plan/guard.ts";
import { isObject, parseObject } from "./credential.ts";
import { optionsPath } from "./feature-options.ts";

/**
 * Whether Claude Code's own tools are kept from the login (facts C20): `off` where the option `guard` says so, `missing`
 * where the rules are not what the installation wrote; null where no Feature is installed, which alone writes them.
 */
export type Guard = "in-force" | "off" | "missing" | null;

export function inspectGuard(fs: FileSystem, bundlePath: string, { guard, store }: FeatureOptions): Guard {
  if (fs.lstat(optionsPath(bundlePath)) === null) return null;
  if (!guard) return "off";
  const present = denied(readGuardFile(fs));
  return denied(renderGuard(store)).every((rule) => present.includes(rule)) ? "in-force" : "missing";
}

function readGuardFile(fs: FileSystem): string {
  try {
    return readSmallFile(fs, GUARD_PATH, 1024 * 1024)?.toString("utf8") ?? "";
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return "";
  }
}

function denied(text: string): unknown[] {
  const permissions = parseObject(text)?.["permissions"];
  const deny = isObject(permissions) ? permissions["deny"] : [];
  return Array.isArray(deny) ? deny : [];
}
