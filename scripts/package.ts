import { readdir, stat } from "node:fs/promises";
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
 * Packs the built Features of the checkout `root` into its `dist/packages`, building them first where that is
 * missing or old.
 * @returns an archive for each, by its id
 * @throws BuildError where an archive is `largest` bytes or more
 */
export async function packFeatures(
  root: string = ROOT,
  largest = LARGEST_PACKED,
): Promise<ReadonlyMap<string, PackedFeature>> {
  await ensureBuilt(root);
  const source = join(root, BUILT_FEATURES, "src");
  const output = join(root, "dist/packages");
  const args = ["--output-folder", output, "--force-clean-output-folder"];
  await runDevcontainer(["features", "package", source, ...args], root);
  const packed = new Map<string, PackedFeature>();
  for (const id of (await readdir(source)).sort()) {
    const path = join(output, `devcontainer-feature-${id}.tgz`);
    if (!(await pathExists(path))) throw new BuildError(`devcontainer features package made no ${path}`);
    const { size } = await stat(path);
    if (size >= largest) {
      throw new BuildError(
        `The packed Feature ${id} is ${kilobytes(size)}, and must stay below ${kilobytes(largest)}`,
      );
    }
    packed.set(id, { path, bytes: size });
  }
  return packed;
}

/** Packs them all, and gives the plain one's archive. */
export async function packFeature(root: string = ROOT): Promise<PackedFeature> {
  const packed = (await packFeatures(root)).get(ID);
  if (packed === undefined) throw new BuildError(`there is no Feature ${ID} among the built ones`);
  return packed;
}

/** `123456` -> `123.5 kB` */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

if (isMain(import.meta.url)) {
  try {
    for (const { path, bytes } of (await packFeatures()).values())
      console.log(`Packed ${path}: ${kilobytes(bytes)} (must stay below ${kilobytes(LARGEST_PACKED)})`);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`package: ${error.message}`);
    process.exitCode = 1;
  }
}
