import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sources } from "./product.ts";
import type { RunOptions, Sandbox } from "./sandbox.ts";

/** Where the Feature's folder lies while the image is built. */
export const feature = "/tmp/dev-container-features/claude-credentials_0";
export const bundleText = "// the bundle\n";
export const partText = "// what the bundle loads\n";
export const manifest = readFileSync(
  new URL("../../../../devcontainer-feature.json", import.meta.url),
  "utf8",
);
export const manifestVersion = (JSON.parse(manifest) as { readonly version: string }).version;

/** Lays the built Feature's folder out as the devcontainer CLI does. */
export function placeFeature(sandbox: Sandbox): void {
  sandbox.copy(fileURLToPath(new URL("install.sh", `file://${sources}`)), `${feature}/install.sh`, 0o755);
  sandbox.copy(
    fileURLToPath(new URL("claude-credentials", `file://${sources}`)),
    `${feature}/claude-credentials`,
    0o644,
  );
  sandbox.copy(`${sources}entrypoint`, `${feature}/entrypoint`, 0o644);
  for (const name of ["fetch-node.sh", "node.sha256", "without-node.sh"])
    sandbox.copy(fileURLToPath(new URL(name, `file://${sources}`)), `${feature}/${name}`, 0o644);
  sandbox.file(`${feature}/claude-credentials.mjs`, bundleText, 0o600);
  sandbox.file(`${feature}/part.mjs`, partText, 0o600);
  sandbox.file(`${feature}/devcontainer-feature.json`, manifest);
  sandbox.file(`${feature}/findings.md`, "# Findings\n");
}

/** Runs install.sh as the CLI does: as root, from its folder; `before` is shell text that runs first. */
export async function install(sandbox: Sandbox, settings: RunOptions = {}, before = ":") {
  const script = `${before}; cd '${feature}' && exec ./install.sh`;
  return sandbox.run(["/bin/sh", "-c", script], { user: 0, ...settings });
}
