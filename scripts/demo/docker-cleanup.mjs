import { setTimeout as sleep } from "node:timers/promises";
import { run, wasStopped } from "./run.mjs";

const NAME = "{{.Repository}}:{{.Tag}}";
const LOOK_AGAIN_MS = 1000;
const CLEAN_LOOKS_AFTER_STOP = 5;
const MOST_LOOKS = 15;
const CONTENT_IMAGE = "dev_container_feature_content_temp";
/** In the history of the images that the devcontainer CLI leaves untagged on its way. */
const OURS = /dev-container-features|build-features|claude-credentials/;

async function docker(...args) {
  const { stdout } = await run("docker", args, { cleaning: true });
  return stdout.split("\n").filter((line) => line !== "");
}

const listUntagged = () => docker("images", "--quiet", "--no-trunc", "--filter", "dangling=true");

/** What was in the daemon before, so that `removeFromDocker` can tell what the demo brought. */
export async function rememberDocker() {
  return {
    untagged: new Set(await listUntagged()),
    hasContentImage: (await docker("images", "--quiet", CONTENT_IMAGE)).length > 0,
  };
}

/**
 * Removes the containers with the label, the images whose names begin with `imagePrefix`, and what building
 * those left untagged. The daemon may go on for seconds with a build whose client was stopped; so after that it
 * has to be seen clean several times in a row.
 * @param {{ untagged: Set<string>, hasContentImage: boolean }} before
 * @returns {Promise<string[]>} what could not be removed
 */
export async function removeFromDocker(label, imagePrefix, before) {
  const wanted = wasStopped() ? CLEAN_LOOKS_AFTER_STOP : 1;
  let left = [];
  for (let looks = 0, clean = 0; looks < MOST_LOOKS && clean < wanted; looks += 1) {
    if (looks > 0) await sleep(LOOK_AGAIN_MS);
    await removeOnce(label, imagePrefix, before);
    left = await listLeftovers(label, imagePrefix, before);
    clean = left.length === 0 ? clean + 1 : 0;
  }
  return left;
}

async function removeOnce(label, imagePrefix, before) {
  const containers = await docker("ps", "--all", "--quiet", "--filter", `label=${label}`);
  if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
  const images = await docker("images", "--format", NAME, "--filter", `reference=${imagePrefix}*`);
  if (images.length > 0) await docker("rmi", "--force", ...images);
  // Images rest on one another: as long as one can be removed, another may become removable.
  for (let removed = true; removed;) {
    removed = false;
    for (const image of await listIntermediate(before)) {
      if ((await run("docker", ["rmi", image], { cleaning: true })).ok) removed = true;
    }
  }
}

/** What the devcontainer CLI leaves on its way: an image of one fixed name, and others without any. */
async function listIntermediate(before) {
  const found = before.hasContentImage ? [] : await docker("images", "--format", NAME, CONTENT_IMAGE);
  for (const id of await listUntagged()) {
    if (before.untagged.has(id)) continue;
    if (OURS.test((await docker("history", "--no-trunc", id)).join("\n"))) found.push(id);
  }
  return found;
}

async function listLeftovers(label, imagePrefix, before) {
  return [
    ...(await docker("ps", "--all", "--format", "container {{.ID}}", "--filter", `label=${label}`)),
    ...(await docker("images", "--format", `image ${NAME}`, "--filter", `reference=${imagePrefix}*`)),
    ...(await listIntermediate(before)).map((image) => `image ${image}`),
  ];
}
