import { join } from "node:path";
import { execa } from "execa";
import { BuildError } from "./bundle.ts";
import type { Architecture } from "./node-program.ts";

/** npm, and where it has the official programs of Node.js: each package's `bin/node` is the one of the official archive. */
export interface NodePackages {
  /** The command. */
  readonly npm: string;
}

const packageOf = (architecture: Architecture): string => `node-linux-${architecture}`;

/** The versions that there is a package of for `architecture`. */
export async function listVersions({ npm }: NodePackages, architecture: Architecture): Promise<string[]> {
  const { stdout } = await execa(npm, ["view", packageOf(architecture), "versions", "--json"]);
  return JSON.parse(stdout) as string[];
}

/**
 * Puts the program of `version` for `architecture` into `folder`, which is empty. npm holds the package against the registry's own sum.
 * @returns its path
 * @throws BuildError where there is no such package
 */
export async function fetchProgram(
  { npm }: NodePackages,
  version: string,
  architecture: Architecture,
  folder: string,
): Promise<string> {
  const wanted = `${packageOf(architecture)}@${version}`;
  const packed = await execa(npm, ["pack", wanted, "--json", "--pack-destination", folder], {
    reject: false,
  });
  if (packed.exitCode !== 0) throw new BuildError(`npm did not provide ${wanted}:\n${packed.stderr}`);
  const [{ filename = "" } = {}] = JSON.parse(packed.stdout) as { filename?: string }[];
  await execa("tar", ["-xzf", join(folder, filename), "-C", folder, "package/bin/node"]);
  return join(folder, "package/bin/node");
}

/** The newest of `versions` that each of `lists` has and that begins with `major`, or undefined. */
export function newestOfAll(lists: readonly (readonly string[])[], major: number): string | undefined {
  const [first = [], ...others] = lists;
  const parts = (version: string): number[] => version.split(".").map(Number);
  return first
    .filter((version) => /^\d+\.\d+\.\d+$/.test(version) && parts(version)[0] === major)
    .filter((version) => others.every((list) => list.includes(version)))
    .sort((a, b) => {
      const [, minorA = 0, patchA = 0] = parts(a);
      const [, minorB = 0, patchB = 0] = parts(b);
      return minorB - minorA || patchB - patchA;
    })[0];
}
