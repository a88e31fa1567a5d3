import { mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copy, move, pathExists, readJson, remove, writeJson } from "fs-extra/esm";
import { BuildError, bundle } from "./bundle.ts";
import { runDevcontainer } from "./devcontainer.ts";
import { BUILT_FEATURES, RECORD, digestSources, isBuildFresh as isFresh } from "./fresh.mjs";
import { isMain } from "./main-module.ts";
import { renderNotices } from "./notices.ts";
import { shippedShell } from "./shell-text.ts";
import { makeStaging, putInPlace, settleFiles } from "./staging.ts";
import { type Manifest, variants } from "./variants.ts";

/** The checkout that this script is part of. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The plain Feature's id: also the name of the sources' folders, of the launcher and of the bundle. */
export const ID = "claude-credentials";

/** True where the Features are built, whole, and from the sources as they are now. */
export function isBuildFresh(root: string = ROOT): boolean {
  return isFresh(root);
}

/**
 * Builds the Features and their tests from the checkout `root` into its `dist/features`. All of it is made in a
 * folder beside and takes its place at the end, so that a failed build leaves the earlier one as it was.
 * Needs no network.
 * @returns absolute path of the plain Feature, the others lying beside it
 * @throws BuildError saying what is wrong with the sources
 */
export async function buildFeatures(root: string = ROOT): Promise<string> {
  const digest = digestSources(root);
  const staging = await makeStaging(join(root, "dist"));
  try {
    const manifest = (await readJson(join(root, "devcontainer-feature.json"))) as Manifest;
    const features = variants(manifest);
    await stageFeature(root, join(staging, "src", ID));
    for (const feature of features) await stageVariant(staging, feature);
    for (const { id } of features) await stageTests(root, join(staging, "test"), id);
    await stageTests(root, join(staging, "test"), "_global");
    await documentFeatures(root, staging, features);
    const files = await settleFiles(staging);
    // Without its record a build counts as stale: one that is cut short between these steps is made again.
    await remove(join(root, RECORD));
    await putInPlace(staging, join(root, BUILT_FEATURES));
    await writeFile(join(root, RECORD), [digest, ...files, ""].join("\n"));
  } finally {
    await remove(staging);
  }
  return join(root, BUILT_FEATURES, "src", ID);
}

/** Builds only where the last build is missing, incomplete or older than the sources. */
export async function ensureBuilt(root: string = ROOT): Promise<void> {
  if (!isBuildFresh(root)) await buildFeatures(root);
}

async function stageFeature(root: string, target: string): Promise<void> {
  const { version } = (await readJson(join(root, "package.json"))) as { version: string };
  await mkdir(target, { recursive: true });
  await copy(join(root, "LICENSE"), join(target, "LICENSE"));
  const shellParts = join(root, "features/src", ID);
  for (const name of ["install.sh", "entrypoint", ID]) await requireExecutable(join(shellParts, name));
  for (const name of ["install.sh", "entrypoint", ID, "fetch-node.sh", "without-node.sh"])
    await copyShell(join(shellParts, name), join(target, name));
  for (const name of ["node.sha256", "NOTES.md"]) await copy(join(shellParts, name), join(target, name));
  await copy(join(root, "docs/findings.md"), join(target, "findings.md"));
  const metafile = await bundle(root, target, ID, version);
  // Not shipped: they are for whoever reads a stack trace.
  for (const name of await readdir(target))
    if (name.endsWith(".map")) await move(join(target, name), join(target, "../../maps", name));
  await writeFile(join(target, "THIRD-PARTY-NOTICES"), await renderNotices(root, metafile));
}

/** What all of them have, and the variant's own manifest. */
async function stageVariant(staging: string, manifest: Manifest): Promise<void> {
  const target = join(staging, "src", manifest.id);
  if (manifest.id !== ID) await copy(join(staging, "src", ID), target);
  await writeJson(join(target, "devcontainer-feature.json"), manifest, { spaces: 2 });
}

async function stageTests(root: string, target: string, name: string): Promise<void> {
  const tests = join(root, "features/test", name);
  if (await pathExists(tests)) await copy(tests, join(target, name));
}

/** The README.md of each, as the devcontainer CLI writes it from the manifest and NOTES.md. */
async function documentFeatures(root: string, staging: string, features: readonly Manifest[]): Promise<void> {
  const { registry, namespace } = parsePublicAddress(await readJson(join(root, "package.json")));
  const args = ["features", "generate-docs", "--project-folder", join(staging, "src")];
  await runDevcontainer([...args, "--registry", registry, "--namespace", namespace], root);
  for (const { id } of features) {
    if (!(await pathExists(join(staging, "src", id, "README.md"))))
      throw new BuildError(`devcontainer features generate-docs wrote no README.md for ${id}`);
    // All of it is in that.
    await remove(join(staging, "src", id, "NOTES.md"));
  }
}

/**
 * The one public address, `config.publicAddress` of package.json, in the two parts that the devcontainer CLI
 * wants: `ghcr.io/owner/name` is the registry `ghcr.io` and the namespace `owner/name`.
 * @throws BuildError where it is missing or has no namespace
 */
export function parsePublicAddress(described: unknown): { registry: string; namespace: string } {
  const address = (described as { config?: { publicAddress?: unknown } }).config?.publicAddress;
  const slash = typeof address === "string" ? address.indexOf("/") : -1;
  if (typeof address !== "string" || slash < 1 || slash === address.length - 1) {
    throw new BuildError("package.json: config.publicAddress must read REGISTRY/NAMESPACE");
  }
  return { registry: address.slice(0, slash), namespace: address.slice(slash + 1) };
}

/** With its mode. */
async function copyShell(source: string, target: string): Promise<void> {
  await copy(source, target);
  await writeFile(target, shippedShell(await readFile(source, "utf8")));
}

async function requireExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o111) !== 0o111) throw new BuildError(`${path} is not executable: chmod 0755 ${path}`);
}

if (isMain(import.meta.url)) {
  const started = Date.now();
  try {
    const built = await buildFeatures();
    const parts = (await readdir(built)).filter((name) => name.endsWith(".mjs"));
    const said = await Promise.all(
      parts.map(async (name) => `${name} ${Math.round((await stat(join(built, name))).size / 1000)} kB`),
    );
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`Built ${built} in ${seconds} s (${said.join(", ")})`);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  }
}
