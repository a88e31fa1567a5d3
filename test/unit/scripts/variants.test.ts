import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/build.ts";
import { type Manifest, variants } from "../../../scripts/variants.ts";
import { MOUNT_ROOT } from "../../../src/layout.ts";

const manifest = JSON.parse(readFileSync(join(ROOT, "devcontainer-feature.json"), "utf8")) as Manifest;
const [plain, volume, shared] = variants(manifest) as [Manifest, Manifest, Manifest];
const both = [volume, shared];

describe("the Features of the one manifest", () => {
  it("are the plain one, as it stands, and two with a volume", () => {
    expect(plain).toEqual(manifest);
    expect(variants(manifest).map(({ id }) => id)).toEqual([
      "claude-credentials",
      "claude-credentials-volume",
      "claude-credentials-shared",
    ]);
  });

  it("have a name and a description of their own each", () => {
    for (const key of ["name", "description"])
      expect(new Set([plain, volume, shared].map((one) => one[key])).size).toBe(3);
  });

  it("mount a volume of the dev container's own, or one for all, where the login is looked for", () => {
    expect(both.map(({ mounts }) => mounts)).toEqual([
      [{ source: "claude-credentials-${devcontainerId}", target: MOUNT_ROOT, type: "volume" }],
      [{ source: "claude-credentials", target: MOUNT_ROOT, type: "volume" }],
    ]);
  });

  it("have the owners of a volume put right before anything else runs", () => {
    const installed = "/usr/local/share/claude-credentials/entrypoint";
    expect(both.map(({ entrypoint }) => entrypoint)).toEqual([installed, installed]);
    expect(plain).not.toHaveProperty("entrypoint");
  });

  it("keep a .claude.json for each container where several share a login, and only there", () => {
    const defaults = variants(manifest).map(({ options }) => options?.["perContainer"]?.["default"]);
    expect(defaults).toEqual([false, false, true]);
    const others = (one: Manifest): unknown => ({ ...one.options, perContainer: null });
    expect(others(shared)).toEqual(others(plain));
  });

  it("are the same in all else", () => {
    const differing = ["id", "name", "description", "mounts", "entrypoint", "options"];
    const rest = (one: Manifest): unknown =>
      Object.fromEntries(Object.entries(one).filter(([key]) => !differing.includes(key)));
    for (const one of both) expect(rest(one)).toEqual(rest(plain));
  });
});
