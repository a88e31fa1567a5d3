import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, vi } from "vitest";
import { ROOT } from "../../../scripts/build.ts";
import { parseTarget, publishFeatures } from "../../../scripts/publish.ts";
import { makeCheckout } from "./checkout.ts";

// Programs are started here, each a second or more where the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe("where to publish to", () => {
  it.each([
    ["ghcr.io", "owner/name"],
    ["localhost:5000", "acme/feats"],
    ["registry.example:443", "one"],
  ])("is %s and %s", (registry, namespace) => {
    expect(parseTarget(["--registry", registry, "--namespace", namespace])).toEqual({ registry, namespace });
  });

  it.each([
    ["--registry is missing", []],
    ["--registry is missing", ["--namespace", "owner/name"]],
    ["--namespace is missing", ["--registry", "ghcr.io"]],
    ["--registry must be a host", ["--registry", "https://ghcr.io", "--namespace", "owner/name"]],
    ["--registry must be a host", ["--registry", "ghcr.io/owner", "--namespace", "name"]],
    ["--namespace must read owner/name", ["--registry", "ghcr.io", "--namespace", "Owner/Name"]],
    ["--namespace must read owner/name", ["--registry", "ghcr.io", "--namespace", "/name/"]],
    ["--token", ["--registry", "ghcr.io", "--namespace", "owner/name", "--token", "x"]],
    ["ghcr.io", ["ghcr.io", "owner/name"]],
  ])("is refused with '%s' as %j, and the usage shown", (says, args) => {
    expect(() => parseTarget(args)).toThrow(says);
    expect(() => parseTarget(args)).toThrow("Usage: npm run publish:oci");
  });
});

describe("publishing", () => {
  it("without arguments ends with 2 and the usage, having built nothing", async () => {
    const { exitCode, stderr } = await execa("npx", ["tsx", join(ROOT, "scripts/publish.ts")], {
      reject: false,
    });
    expect(stderr).toContain("publish: --registry is missing");
    expect(exitCode).toBe(2);
  });

  it("fails with what the devcontainer CLI said where no registry answers", async () => {
    // Port 1 is nobody's: the connection is refused at once.
    const target = { registry: "localhost:1", namespace: "acme/feats" };
    await expect(publishFeatures(target, makeCheckout())).rejects.toThrow(
      /features publish.*\n.*[\s\S]*localhost:1/,
    );
  });
});
