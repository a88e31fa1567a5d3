import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pathExists } from "fs-extra/esm";
import { ID, ROOT, ensureBuilt } from "./build.ts";
import { BuildError } from "./bundle.ts";
import { runDevcontainer } from "./devcontainer.ts";
import { BUILT_FEATURES } from "./fresh.mjs";
import { isMain } from "./main-module.ts";

/** What a packed Feature may weigh: every build of every image that has it downloads it. */
export const LARGEST_PACKED = 700_000;

export interface PackedFeature {
  /** Absolute path of the archive. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Packs the built Feature of the checkout `root` into its `dist/packages`, building it first where that is
 * missing or old.
 * @throws BuildError where the archive is `largest` bytes or more
 */
export async function packFeature(root: string = ROOT, largest = LARGEST_PACKED): Promise<PackedFeature> {
  await ensureBuilt(root);
  const output = join(root, "dist/packages");
  const args = ["--output-folder", output, "--force-clean-output-folder"];
  await runDevcontainer(["features", "package", join(root, BUILT_FEATURES, "src"), ...args], root);
  const path = join(output, `devcontainer-feature-${ID}.tgz`);
  if (!(await pathExists(path))) throw new BuildError(`devcontainer features package made no ${path}`);
  const { size } = await stat(path);
  if (size >= largest) {
    throw new BuildError(
      `The packed Feature is ${kilobytes(size)}, and must stay below ${kilobytes(largest)}`,
    );
  }
  return { path, bytes: size };
}

/** `123456` -> `123.5 kB` */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

if (isMain(import.meta.url)) {
  try {
    const { path, bytes } = await packFeature();
    console.log(`Packed ${path}: ${kilobytes(bytes)} (must stay below ${kilobytes(LARGEST_PACKED)})`);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`package: ${error.message}`);
    process.exitCode = 1;
  }
}
