import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copySync } from "fs-extra/esm";
import { testBed } from "./bed.ts";
import { run } from "./command.ts";
import { repositoryRoot } from "./devcontainer.ts";

const namespace = "acme/feats";

/** Folder of the built Feature, as the build leaves it. */
export const builtFeature = join(repositoryRoot, "dist", "features", "src", "claude-credentials");

/** One of the Features that bring a volume. */
export type VolumeVariant = "volume" | "shared";

/**
 * The reference by which a devcontainer.json names the built Feature, or that variant of it, in the registry on this
 * machine. They are published there with the repository's own `publish:oci` script, once for each test run.
 */
export async function publishedFeature(variant?: VolumeVariant): Promise<string> {
  const { directory, registry, env } = testBed();
  const done = join(directory, "published");
  if (!existsSync(done)) {
    const target = ["--registry", registry, "--namespace", namespace];
    await run("npm", ["run", "--silent", "publish:oci", "--", ...target], { cwd: repositoryRoot, env });
    writeFileSync(done, "");
  }
  return `${registry}/${namespace}/claude-credentials${variant === undefined ? "" : `-${variant}`}:1`;
}

/**
 * Path of a copy of the built Feature's command that a developer of any uid can run; the checkout may be closed to
 * him. What lies beside the command is what `init` puts into a project.
 */
export function commandOnHost(): string {
  const copy = join(testBed().directory, "built-feature");
  copySync(builtFeature, copy);
  return join(copy, "claude-credentials.mjs");
}
