import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathExists, remove } from "fs-extra/esm";

const PREFIX = ".staging-";
/** A build takes seconds: what is this old was left by one that was killed. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/** Makes a new folder in `dist` for one build; what killed builds left there goes. Returns its path. */
export async function makeStaging(dist: string): Promise<string> {
  await mkdir(dist, { recursive: true });
  await removeAbandoned(dist);
  const staging = join(dist, `${PREFIX}${randomBytes(6).toString("hex")}`);
  await mkdir(staging);
  return staging;
}

/** Gives every staged file its final mode, whatever the umask. Returns their relative paths, sorted. */
export async function settleFiles(staging: string): Promise<string[]> {
  const names = await readdir(staging, { recursive: true });
  const files: string[] = [];
  for (const name of names.sort()) {
    const path = join(staging, name);
    const entry = await stat(path);
    const executable = entry.isDirectory() || (entry.mode & 0o100) !== 0;
    await chmod(path, executable ? 0o755 : 0o644);
    if (!entry.isDirectory()) files.push(name);
  }
  return files;
}

/** Renames the staged folder to `target`; what was there goes. Two builds at once: the later one stays. */
export async function putInPlace(staging: string, target: string): Promise<void> {
  for (;;) {
    const old = `${staging}-old`;
    if (await pathExists(target)) await rename(target, old);
    try {
      await rename(staging, target);
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    } finally {
      await remove(old);
    }
  }
}

async function removeAbandoned(dist: string): Promise<void> {
  for (const name of await readdir(dist)) {
    if (!name.startsWith(PREFIX)) continue;
    const entry = await stat(join(dist, name)).catch(() => undefined);
    if (entry !== undefined && Date.now() - entry.mtimeMs > ABANDONED_AFTER_MS)
      await remove(join(dist, name));
  }
}
