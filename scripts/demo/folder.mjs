import { mkdirSync, realpathSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, basename } from "node:path";
import { run } from "./run.mjs";

/** statfs's numbers for tmpfs, ramfs and overlayfs: what lies there is not kept, and the Feature says so. */
const FLEETING = new Set([0x01021994, 0x858458f6, 0x794c7630]);

/**
 * Makes the demo's own folder, outside the checkout and open to nobody else: on a real disk where one of the
 * usual places is on one.
 * @param {string} id
 */
export function makeFolder(id) {
  const places = [tmpdir(), "/var/tmp"].filter(isThere).map((place) => realpathSync(place));
  const place =
    places.find((candidate) => !FLEETING.has(statfsSync(candidate).type)) ?? places[0] ?? tmpdir();
  const folder = join(place, `claude-credentials-demo-${id}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

function isThere(place) {
  try {
    return statfsSync(place).type !== undefined;
  } catch {
    return false;
  }
}

/**
 * Removes the folder. What a container's user of another uid left in it only root may remove: then a container
 * of `image` does it.
 * @param {string | null} image null without Docker
 * @returns {Promise<boolean>} whether it is gone
 */
export async function removeFolder(folder, image) {
  if (remove(folder)) return true;
  if (image === null) return false;
  const mount = `type=bind,source=${dirname(folder)},target=/place`;
  const args = [
    "run",
    "--rm",
    "--user",
    "0:0",
    "--network",
    "none",
    "--mount",
    mount,
    "--entrypoint",
    "rm",
    image,
  ];
  await run("docker", [...args, "-rf", `/place/${basename(folder)}`], { cleaning: true });
  return remove(folder);
}

function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    return true;
  } catch {
    return false;
  }
}
