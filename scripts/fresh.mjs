// Plain JavaScript, and Node's own modules alone: `npm run demo` asks these questions before anything is installed.
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the build reads, below the checkout: a change in any of it makes the built Feature stale. */
export const SOURCES = [
  "src",
  "features",
  "devcontainer-feature.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "LICENSE",
  "docs/findings.md",
  "scripts/build.ts",
  "scripts/bundle.ts",
  "scripts/devcontainer.ts",
  "scripts/fresh.mjs",
  "scripts/main-module.ts",
  "scripts/notices.ts",
  "scripts/shell-text.ts",
  "scripts/staging.ts",
  "scripts/variants.ts",
];

/** Where the built Feature and its tests lie, below the checkout. */
export const BUILT_FEATURES = "dist/features";

/** What the last whole build was made from. It lies beside the built Features, not in them: it is not shipped. */
export const RECORD = "dist/features.sources";

/** @param {string} path @param {import("node:crypto").Hash} hash @param {string} root */
function addToDigest(path, hash, root) {
  const absolute = join(root, path);
  const entry = lstatSync(absolute, { throwIfNoEntry: false });
  if (entry === undefined) {
    hash.update(`absent ${path}\0`);
  } else if (entry.isDirectory()) {
    for (const name of readdirSync(absolute).sort()) addToDigest(`${path}/${name}`, hash, root);
  } else if (entry.isFile()) {
    const content = createHash("sha256").update(readFileSync(absolute)).digest("hex");
    hash.update(`file ${path} ${(entry.mode & 0o111) === 0 ? "plain" : "executable"} ${content}\0`);
  } else {
    hash.update(`other ${path}\0`);
  }
}

/**
 * A digest of everything that the build reads: names, contents and executable bits. Content rather than
 * times, so that a deleted file, a fresh clone and a changed branch are all told right.
 * @param {string} root absolute path of the checkout
 */
export function digestSources(root) {
  const hash = createHash("sha256");
  for (const path of SOURCES) addToDigest(path, hash, root);
  return hash.digest("hex");
}

/**
 * True where the built Feature is there, whole, and made from the sources as they are now.
 * @param {string} root absolute path of the checkout
 */
export function isBuildFresh(root) {
  const record = join(root, RECORD);
  if (!existsSync(record)) return false;
  const [digest, ...files] = readFileSync(record, "utf8").trimEnd().split("\n");
  if (files.length === 0 || !files.every((file) => existsSync(join(root, BUILT_FEATURES, file))))
    return false;
  return digest === digestSources(root);
}

/**
 * True where `npm ci` has run since package-lock.json last changed.
 * @param {string} root absolute path of the checkout
 */
export function isInstallFresh(root) {
  const installed = statSync(join(root, "node_modules", ".package-lock.json"), { throwIfNoEntry: false });
  const wanted = statSync(join(root, "package-lock.json"), { throwIfNoEntry: false });
  return installed !== undefined && wanted !== undefined && installed.mtimeMs >= wanted.mtimeMs;
}
