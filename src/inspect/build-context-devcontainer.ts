import { dirname, resolve } from "node:path";
import { parse, type ParseError } from "jsonc-parser";

/** What a devcontainer.json says of the image's making; paths are absolute. */
export type DevcontainerBuild =
  | { readonly kind: "dockerfile"; readonly context: string }
  | { readonly kind: "compose"; readonly files: readonly string[]; readonly service: string | null };

/**
 * Reads a devcontainer.json as the devcontainer CLI does: without `context` it is the Dockerfile's own folder.
 * @param path its absolute path
 * @param folder the workspace folder that it is for
 * @returns null where it builds nothing, is malformed, or depends on what cannot be known here
 */
export function parseDevcontainer(text: string, path: string, folder: string): DevcontainerBuild | null {
  const errors: ParseError[] = [];
  let config: unknown;
  try {
    config = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
  } catch {
    return null;
  }
  if (errors.length > 0 || !isObject(config)) return null;
  const absolute = (value: unknown): string | null => {
    if (typeof value !== "string") return null;
    const known = value.replaceAll(/\$\{(local|container)WorkspaceFolder\}/g, folder);
    return known.includes("${") ? null : resolve(dirname(path), known);
  };

  const build = isObject(config["build"]) ? config["build"] : {};
  const older = config["dockerFile"] !== undefined;
  const dockerfile = older ? config["dockerFile"] : build["dockerfile"];
  const context = older ? config["context"] : build["context"];
  if (dockerfile !== undefined || context !== undefined) {
    const named = absolute(dockerfile);
    const place = context === undefined ? named && dirname(named) : absolute(context);
    return place === null ? null : { kind: "dockerfile", context: place };
  }
  const named = config["dockerComposeFile"];
  const files = (Array.isArray(named) ? (named as unknown[]) : [named]).flatMap(
    (file) => absolute(file) ?? [],
  );
  const service = config["service"];
  if (files.length === 0) return null;
  return { kind: "compose", files, service: typeof service === "string" ? service : null };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
