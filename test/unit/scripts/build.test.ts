import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import { copySync, removeSync } from "fs-extra/esm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  ROOT,
  buildFeatures,
  ensureBuilt,
  isBuildFresh,
  parsePublicAddress,
} from "../../../scripts/build.ts";
import { SOURCES } from "../../../scripts/fresh.mjs";
import { fillCheckout, makeCheckout, makeFolder, writeTree } from "./checkout.ts";

// Programs are started here, each a second or more where the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const FEATURES = ["claude-credentials", "claude-credentials-shared", "claude-credentials-volume"];
const FEATURE = "dist/features/src/claude-credentials";
const withDependency = (files: Readonly<Record<string, string>>): string =>
  makeCheckout({
    "src/cli-entry.ts":
      '#!/usr/bin/env node\nimport { greeting } from "some-package";\nconsole.log(greeting);\n',
    "node_modules/some-package/package.json": JSON.stringify({
      name: "some-package",
      version: "7.8.9",
      main: "x.mjs",
    }),
    "node_modules/some-package/x.mjs": 'export const greeting = "good day";\n',
    ...files,
  });

/** Every file of the built Features with its mode and its content. */
function snapshot(root: string): Record<string, string> {
  const built = join(root, "dist/features");
  const names = readdirSync(built, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => statSync(join(built, name)).isFile());
  return Object.fromEntries(
    files.map((name) => {
      const { mode } = statSync(join(built, name));
      return [`${(mode & 0o7777).toString(8)} ${name}`, readFileSync(join(built, name), "utf8")];
    }),
  );
}

describe("the build", () => {
  it("makes the Features and their tests where the devcontainer CLI looks for them", async () => {
    const root = makeCheckout({
      "features/test/_global/scenarios.json": "{}",
      "features/test/claude-credentials-volume/test.sh": "#!/bin/sh\n",
    });
    await buildFeatures(root);
    const parts = [
      "644 LICENSE",
      "644 README.md",
      "644 THIRD-PARTY-NOTICES",
      "644 archive-libraries.mjs",
      "644 devcontainer-feature.json",
      "644 fetch-node.sh",
      "644 findings.md",
      "644 libraries.mjs",
      "644 node.sha256",
      "644 program.mjs",
      "644 without-node.sh",
      "755 claude-credentials",
      "755 claude-credentials.mjs",
      "755 entrypoint",
      "755 install.sh",
    ];
    const features = FEATURES.flatMap((id) => parts.map((part) => part.replace(" ", ` src/${id}/`)));
    const others = [
      "644 maps/archive-libraries.mjs.map",
      "644 maps/claude-credentials.mjs.map",
      "644 maps/libraries.mjs.map",
      "644 maps/program.mjs.map",
      "644 test/_global/scenarios.json",
      "644 test/claude-credentials/test.sh",
      "644 test/claude-credentials-volume/test.sh",
    ];
    expect(Object.keys(snapshot(root)).sort()).toEqual([...features, ...others].sort());
  });

  it("makes three Features that differ in manifest and README alone", async () => {
    const root = makeCheckout();
    await buildFeatures(root);
    const [plain, ...others] = FEATURES.map((id) =>
      Object.entries(snapshot(root)).flatMap(([name, text]) =>
        name.includes(` src/${id}/`) ? [[name.replace(`${id}/`, ""), text] as const] : [],
      ),
    );
    const same = new Map(plain);
    for (const other of others) {
      const changed = other.filter(([name, text]) => same.get(name) !== text).map(([name]) => name);
      expect(changed.sort()).toEqual(["644 src/README.md", "644 src/devcontainer-feature.json"]);
    }
  });

  it("makes a bundle that runs by itself and knows its version", async () => {
    const root = withDependency({
      "node_modules/some-package/LICENSE": "MIT",
      "src/cli-entry.ts": [
        "#!/usr/bin/env node",
        'import { greeting } from "some-package";',
        "declare const __VERSION__: string;",
        "console.log(greeting, __VERSION__);",
      ].join("\n"),
    });
    const feature = await buildFeatures(root);
    removeSync(join(root, "node_modules"));
    const { stdout } = await execa(join(feature, "claude-credentials.mjs"));
    expect(stdout).toBe("good day 4.5.6");
  });

  it("brings a CommonJS package along that requires Node's own modules", async () => {
    const root = withDependency({
      "node_modules/some-package/LICENSE": "MIT",
      "node_modules/some-package/package.json": JSON.stringify({
        name: "some-package",
        version: "1.0.0",
        main: "x.cjs",
      }),
      "node_modules/some-package/x.cjs": 'exports.greeting = require("path").basename("/a/good day");\n',
    });
    const { stdout } = await execa(join(await buildFeatures(root), "claude-credentials.mjs"));
    expect(stdout).toBe("good day");
  });

  it.each(FEATURES)(
    "writes the README of %s from its manifest, NOTES.md and the public address",
    async (id) => {
      const root = makeCheckout();
      const readme = readFileSync(join(await buildFeatures(root), "..", id, "README.md"), "utf8");
      expect(readme).toContain(`"registry.example/some/where/${id}:4"`);
      expect(readme).toContain("What colour it has.");
      expect(readme).toContain("## What else to know");
    },
  );

  it("makes the same bytes and modes again, whatever the umask", async () => {
    const root = makeCheckout();
    await buildFeatures(root);
    const first = snapshot(root);
    const umask = process.umask(0o077);
    try {
      await buildFeatures(root);
    } finally {
      process.umask(umask);
    }
    expect(snapshot(root)).toEqual(first);
  });

  it("leaves nothing else in dist", async () => {
    const root = makeCheckout();
    await buildFeatures(root);
    await buildFeatures(root);
    expect(readdirSync(join(root, "dist")).sort()).toEqual(["features", "features.sources"]);
  });

  it("survives a second build at the same time", async () => {
    const root = makeCheckout();
    await Promise.all([buildFeatures(root), buildFeatures(root)]);
    expect(readdirSync(join(root, "dist")).sort()).toEqual(["features", "features.sources"]);
    expect(isBuildFresh(root)).toBe(true);
  });
});

describe("a build of faulty sources fails, says why and leaves the last build as it was:", () => {
  const faults: Record<string, { root: () => string; says: RegExp }> = {
    "a syntax error": {
      root: () => makeCheckout({ "src/cli-entry.ts": "const = 1;\n" }),
      says: /cli-entry\.ts:1:6/,
    },
    "a warning of the bundler": {
      root: () => makeCheckout({ "src/cli-entry.ts": 'console.log(typeof process === "nul");\n' }),
      says: /nul/,
    },
    "a package that is not installed": {
      root: () => makeCheckout({ "src/cli-entry.ts": 'import "not-installed";\n' }),
      says: /not-installed/,
    },
    "a bundled package without a license": {
      root: () => withDependency({}),
      says: /some-package 7\.8\.9 .*no license/,
    },
    "a launcher that is not executable": {
      root: () => {
        const root = makeCheckout();
        chmodSync(join(root, "features/src/claude-credentials/claude-credentials"), 0o644);
        return root;
      },
      says: /not executable/,
    },
    "an install.sh that is not executable": {
      root: () => {
        const root = makeCheckout();
        chmodSync(join(root, "features/src/claude-credentials/install.sh"), 0o644);
        return root;
      },
      says: /install\.sh is not executable/,
    },
    "an entrypoint that is not executable": {
      root: () => {
        const root = makeCheckout();
        chmodSync(join(root, "features/src/claude-credentials/entrypoint"), 0o644);
        return root;
      },
      says: /entrypoint is not executable/,
    },
    "no public address": {
      root: () => makeCheckout({ "package.json": JSON.stringify({ version: "1.0.0" }) }),
      says: /publicAddress/,
    },
  };

  it.each(Object.entries(faults))("%s", async (_name, { root: make, says }) => {
    const root = make();
    writeTree(root, { "dist/features/src/claude-credentials/earlier": "build" });
    await expect(buildFeatures(root)).rejects.toThrow(says);
    expect(readdirSync(join(root, FEATURE))).toEqual(["earlier"]);
    expect(readdirSync(join(root, "dist"))).toEqual(["features"]);
  });
});

describe("a build is fresh", () => {
  let original = "";
  beforeAll(async () => {
    original = mkdtempSync(join(tmpdir(), "claude-credentials-test-"));
    fillCheckout(original);
    await buildFeatures(original);
  });
  afterAll(() => {
    removeSync(original);
  });

  it("once it is made, and not before", () => {
    expect(isBuildFresh(makeCheckout())).toBe(false);
    expect(isBuildFresh(original)).toBe(true);
  });

  const changes: Record<string, (root: string) => void> = {
    "a source changes": (root) => {
      writeTree(root, { "src/cli-entry.ts": "console.log(1);\n" });
    },
    "a source is added": (root) => {
      writeTree(root, { "src/more.ts": "" });
    },
    "a source is removed": (root) => {
      removeSync(join(root, "features/test/claude-credentials/test.sh"));
    },
    "the manifest changes": (root) => {
      writeTree(root, { "devcontainer-feature.json": "{}" });
    },
    "package.json changes": (root) => {
      writeTree(root, { "package.json": "{}" });
    },
    "an executable bit changes": (root) => {
      chmodSync(join(root, "features/src/claude-credentials/install.sh"), 0o644);
    },
    "a built file is gone": (root) => {
      removeSync(join(root, FEATURE, "claude-credentials.mjs"));
    },
    "one variant is gone": (root) => {
      removeSync(join(root, "dist/features/src/claude-credentials-shared"));
    },
    "the build is gone": (root) => {
      removeSync(join(root, "dist/features"));
    },
  };
  it.each(Object.entries(changes))("until %s", (_name, change) => {
    const root = makeFolder();
    copySync(original, root);
    expect(isBuildFresh(root)).toBe(true);
    change(root);
    expect(isBuildFresh(root)).toBe(false);
  });

  it("and is then not made again", async () => {
    const root = makeCheckout();
    await ensureBuilt(root);
    const { ino } = statSync(join(root, "dist/features"));
    await ensureBuilt(root);
    expect(statSync(join(root, "dist/features")).ino).toBe(ino);
    removeSync(join(root, FEATURE));
    await ensureBuilt(root);
    expect(existsSync(join(root, FEATURE))).toBe(true);
  });
});

describe("what makes a build stale", () => {
  it("includes every script that the build is made of", async () => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: ["scripts/build.ts"],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      write: false,
      metafile: true,
    });
    expect(SOURCES).toEqual(expect.arrayContaining(Object.keys(metafile.inputs)));
  });
});

describe("the public address", () => {
  it("is a registry and a namespace", () => {
    const described = { config: { publicAddress: "localhost:5000/acme/feats" } };
    expect(parsePublicAddress(described)).toEqual({ registry: "localhost:5000", namespace: "acme/feats" });
  });

  it.each([undefined, "", "ghcr.io", "ghcr.io/", "/name", 7])("is refused as %j", (publicAddress) => {
    expect(() => parsePublicAddress({ config: { publicAddress } })).toThrow("publicAddress");
  });
});
