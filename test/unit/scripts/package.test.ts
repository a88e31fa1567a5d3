import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, vi } from "vitest";
import { kilobytes, packFeature, packFeatures } from "../../../scripts/package.ts";
import { makeCheckout } from "./checkout.ts";

// Programs are started here, each a second or more where the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe("packing the Features", () => {
  it("makes an archive of each, with its own manifest", async () => {
    const packed = await packFeatures(makeCheckout());
    expect([...packed.keys()]).toEqual([
      "claude-credentials",
      "claude-credentials-shared",
      "claude-credentials-volume",
    ]);
    for (const [id, { path }] of packed) {
      const { stdout } = await execa("tar", ["-xOf", path, "./devcontainer-feature.json"]);
      expect(JSON.parse(stdout)).toMatchObject({ id, version: "4.5.6" });
    }
  });

  it("builds it where needed and packs all of it, executable bits kept", async () => {
    const root = makeCheckout();
    const { path, bytes } = await packFeature(root);
    expect(bytes).toBe(statSync(path).size);
    const { stdout } = await execa("tar", ["-tvf", path]);
    expect(stdout).toMatch(/^-rwxr-xr-x .* \.?\/?claude-credentials$/m);
    expect(stdout).toMatch(/^-rwxr-xr-x .* \.?\/?install\.sh$/m);
    for (const name of [
      "devcontainer-feature.json",
      "claude-credentials.mjs",
      "THIRD-PARTY-NOTICES",
      "README.md",
    ]) {
      expect(stdout).toContain(name);
    }
  });

  it("packs the bytes that were built", async () => {
    const root = makeCheckout();
    const { path } = await packFeature(root);
    const { stdout } = await execa("tar", ["-xOf", path, "./claude-credentials.mjs"], {
      stripFinalNewline: false,
    });
    const built = join(root, "dist/features/src/claude-credentials/claude-credentials.mjs");
    expect(stdout).toBe(readFileSync(built, "utf8"));
  });

  it("refuses one that is too large, and says both sizes", async () => {
    await expect(packFeatures(makeCheckout(), 100)).rejects.toThrow(
      /is \d+\.\d kB, and must stay below 0\.1 kB/,
    );
  });

  it("leaves earlier archives out of the way", async () => {
    const root = makeCheckout({ "dist/packages/old.tgz": "old" });
    const { path } = await packFeature(root);
    expect(path).toBe(join(root, "dist/packages/devcontainer-feature-claude-credentials.tgz"));
    expect(() => statSync(join(root, "dist/packages/old.tgz"))).toThrow("ENOENT");
  });
});

describe("a size", () => {
  it("is given in kB of 1000 bytes", () => {
    expect(kilobytes(700_000)).toBe("700.0 kB");
  });
});
