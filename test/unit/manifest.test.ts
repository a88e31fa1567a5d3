import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ID, ROOT, parsePublicAddress } from "../../scripts/build.ts";

interface Option {
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
}

interface Manifest {
  readonly id: string;
  readonly version: string;
  readonly description: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly installsAfter: readonly string[];
  readonly [hook: `${string}Command`]: unknown;
}

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const manifest = JSON.parse(read("devcontainer-feature.json")) as Manifest;
const described = JSON.parse(read("package.json")) as { version: string; bin: Record<string, string> };

describe("the manifest", () => {
  it("has package.json's version, three plain numbers", () => {
    expect(manifest.version).toBe(described.version);
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("has the id that the folders, the command and the bundle have", () => {
    expect(manifest.id).toBe(ID);
    expect(existsSync(join(ROOT, "features/src", manifest.id, "install.sh"))).toBe(true);
    expect(described.bin).toEqual({ [ID]: `dist/features/src/${ID}/${ID}.mjs` });
  });

  it("runs after the Features that bring the remote user and Node", () => {
    expect(manifest.installsAfter).toEqual([
      "ghcr.io/devcontainers/features/common-utils",
      "ghcr.io/devcontainers/features/node",
    ]);
  });

  it.each(Object.entries(manifest.options))(
    "describes the option %s, with a default of its type",
    (_name, option) => {
      expect(option.description).toMatch(/^[A-Z].{20,}\.$/);
      expect(typeof option.default).toBe(option.type);
    },
  );

  it.each(Object.keys(manifest.options))("has its option %s in the README", (name) => {
    expect(read("README.md")).toContain(`\`${name}\``);
  });
});

describe("the lifecycle commands", () => {
  const hooks = Object.keys(manifest).filter((key) => key.endsWith("Command"));

  it("are those two that a rebuild and a restart each reach", () => {
    expect(hooks.sort()).toEqual(["onCreateCommand", "postStartCommand"]);
  });

  // In a string, a quote in the workspace folder's name breaks the hook, and `$(…)` runs.
  it.each(hooks)("%s is an array in an object, so that no shell reads the folder's name", (hook) => {
    expect(manifest[hook as `${string}Command`]).toEqual({
      [ID]: [
        `/usr/local/bin/${ID}`,
        "start",
        "--workspace",
        "${containerWorkspaceFolder}",
        "--devcontainer-id",
        "${devcontainerId}",
      ],
    });
  });
});

describe("the public address", () => {
  const { registry, namespace } = parsePublicAddress(described);

  it.each(["README.md", `features/src/${ID}/NOTES.md`])(
    "is the only one that %s names for this Feature",
    (path) => {
      const named = [...read(path).matchAll(/"([\w.:/-]+\/claude-credentials):\d/g)].map(
        ([, address]) => address,
      );
      expect(named.filter((address) => address !== `${registry}/${namespace}/${ID}`)).toEqual([]);
    },
  );

  it("is named in the README", () => {
    expect(read("README.md")).toContain(
      `"${registry}/${namespace}/${ID}:${described.version.split(".")[0] ?? ""}"`,
    );
  });
});

describe("the lockfiles", () => {
  const lockfiles = ["package-lock.json", "test/e2e/package-lock.json"].filter((path) =>
    existsSync(join(ROOT, path)),
  );

  it.each(lockfiles)("%s holds no registry's address", (path) => {
    const lock = JSON.parse(read(path)) as { packages: Record<string, { resolved?: string }> };
    const resolved = Object.values(lock.packages).flatMap((entry) => entry.resolved ?? []);
    expect(resolved.filter((address) => /^https?:/.test(address))).toEqual([]);
    expect(Object.keys(lock.packages).length).toBeGreaterThan(1);
  });

  it("stay so, by npm's own setting", () => {
    expect(read(".npmrc")).toMatch(/^omit-lockfile-registry-resolved=true$/m);
  });
});
