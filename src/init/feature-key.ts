import * as path from "node:path";

const OURS = /^claude-credentials(?:-[a-z0-9]+)*$/;

/** True for an id that a Feature of this project can have. */
export function isOwnId(id: string): boolean {
  return OURS.test(id);
}

/** True where a key under "features" names a folder, the way `@devcontainers/cli` tells it from a registry's reference. */
export function isLocalKey(key: string): boolean {
  return key.startsWith("./") || key.startsWith("../") || key.startsWith("/");
}

/**
 * The id in a key under "features": the folder's name, or the last part of a reference without tag and digest,
 * or what stands in the name of a tarball (`https://…/devcontainer-feature-ID.tgz`).
 */
export function featureIdOf(key: string): string {
  const last = key.replace(/\/+$/, "").split("/").at(-1) ?? "";
  if (isLocalKey(key)) return last;
  const tarball = /^devcontainer-feature-(.+)\.tgz$/.exec(last);
  return (tarball?.[1] ?? last.split("@")[0]?.split(":")[0] ?? "").toLowerCase();
}

/**
 * The key for a Feature in `folder`, seen from the folder of `configPath`. A key has forward slashes on every
 * system; the CLI wants it to begin with a dot, and the folder to lie below the project's `.devcontainer/`.
 */
export function localKey(configPath: string, folder: string, system: path.PlatformPath = path): string {
  const relative = system.relative(system.dirname(configPath), folder).split(system.sep).join("/");
  return relative.startsWith("../") ? relative : `./${relative}`;
}

const NAME = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/;
const REGISTRY = /^(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?=:))(?::\d{1,5})?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** True for `REGISTRY/NAMESPACE/ID`, with `:TAG` or `@sha256:…` if any, as a registry and the CLI take it. */
export function isOciReference(reference: string): boolean {
  const [registry = "", ...names] = reference.split("/");
  const last = names.pop() ?? "";
  const [, id = "", separator, version = ""] = /^([^:@]*)([:@])?(.*)$/.exec(last) ?? [];
  if (separator === ":" && !TAG.test(version)) return false;
  if (separator === "@" && !DIGEST.test(version)) return false;
  return REGISTRY.test(registry) && names.length > 0 && [...names, id].every((name) => NAME.test(name));
}
