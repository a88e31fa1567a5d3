import { join } from "node:path";
import { parseArgs } from "node:util";
import { readJson } from "fs-extra/esm";
import { ROOT } from "./build.ts";
import { BuildError } from "./bundle.ts";
import { runDevcontainer } from "./devcontainer.ts";
import { BUILT_FEATURES } from "./fresh.mjs";
import { isMain } from "./main-module.ts";
import { packFeatures } from "./package.ts";

const USAGE = `Usage: npm run publish:oci -- --registry REGISTRY --namespace NAMESPACE
  --registry   host of an OCI registry, with its port if it needs one: ghcr.io, localhost:5000
  --namespace  where in it: owner/name`;

const REGISTRY = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$/i;
const NAMESPACE = /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;

export interface Target {
  readonly registry: string;
  readonly namespace: string;
}

/**
 * Where to publish to, from the command line. Neither part has a default: nothing is published by accident.
 * @throws BuildError saying which argument is wrong and how it should read
 */
export function parseTarget(args: readonly string[]): Target {
  const { registry, namespace } = parseFlags(args);
  if (registry === undefined) throw new BuildError(`--registry is missing\n${USAGE}`);
  if (namespace === undefined) throw new BuildError(`--namespace is missing\n${USAGE}`);
  if (!REGISTRY.test(registry)) {
    throw new BuildError(`--registry must be a host without scheme or path, not '${registry}'\n${USAGE}`);
  }
  if (!NAMESPACE.test(namespace)) {
    throw new BuildError(`--namespace must read owner/name in lower case, not '${namespace}'\n${USAGE}`);
  }
  return { registry, namespace };
}

/**
 * Publishes the packed Features, built first where that is needed.
 * @returns of each, by its id, the tags that the registry took; none where this version was there already
 * @throws Error with what the devcontainer CLI said, where it fails
 */
export async function publishFeatures(
  { registry, namespace }: Target,
  root: string = ROOT,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const packed = await packFeatures(root);
  const source = join(root, BUILT_FEATURES, "src");
  const args = ["features", "publish", source, "--registry", registry, "--namespace", namespace];
  const { stdout } = await runDevcontainer(args, root);
  const published = JSON.parse(stdout) as Record<string, { publishedTags?: string[] } | undefined>;
  return new Map([...packed.keys()].map((id) => [id, published[id]?.publishedTags ?? []]));
}

function parseFlags(args: readonly string[]): { registry?: string; namespace?: string } {
  const options = { registry: { type: "string" }, namespace: { type: "string" } } as const;
  try {
    const { registry, namespace } = parseArgs({ args: [...args], options }).values;
    return {
      ...(registry === undefined ? {} : { registry }),
      ...(namespace === undefined ? {} : { namespace }),
    };
  } catch (error) {
    throw new BuildError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

if (isMain(import.meta.url)) {
  try {
    const target = parseTarget(process.argv.slice(2));
    const published = await publishFeatures(target);
    const { version } = (await readJson(join(ROOT, "package.json"))) as { version: string };
    for (const [id, tags] of published) {
      const address = `${target.registry}/${target.namespace}/${id}`;
      console.log(
        tags.length === 0
          ? `${address}:${version} was there already: nothing was published. A new version needs a new number.`
          : `Published ${address} as ${tags.join(", ")}`,
      );
      console.log(
        `In devcontainer.json: "features": { "${address}:${version.split(".")[0] ?? version}": {} }`,
      );
    }
  } catch (error) {
    console.error(`publish: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof BuildError ? 2 : 1;
  }
}
