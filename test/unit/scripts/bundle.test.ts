import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ROOT } from "../../../scripts/build.ts";
import { bundle, findForeignImports, hasNewerSyntax } from "../../../scripts/bundle.ts";
import { makeCheckout, makeFolder, writeTree } from "./checkout.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

function metafileImporting(...imports: Metafile["outputs"][string]["imports"]): Metafile {
  const output = { bytes: 1, inputs: {}, imports, exports: [] };
  return { inputs: {}, outputs: { "bundle.mjs": output } };
}

describe("what a bundle may import", () => {
  it("is Node's own modules", () => {
    const metafile = metafileImporting(
      { path: "node:fs", kind: "import-statement", external: true },
      { path: "node:fs/promises", kind: "dynamic-import", external: true },
      { path: "buffer", kind: "require-call", external: true },
    );
    expect(findForeignImports(metafile)).toEqual([]);
  });

  it("is no package and no file beside it, by import or require", () => {
    const metafile = metafileImporting(
      { path: "left-pad", kind: "import-statement", external: true },
      { path: "./other.mjs", kind: "dynamic-import", external: true },
      { path: "left-pad", kind: "require-call", external: true },
    );
    expect(findForeignImports(metafile)).toEqual([
      "./other.mjs (dynamic-import)",
      "left-pad (import-statement)",
      "left-pad (require-call)",
    ]);
  });
});

describe("the division of the bundle", () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "claude-credentials-bundle-"));
    await bundle(ROOT, folder, "program", "1.2.3");
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs it without what is not to be needed. */
  async function run(args: readonly string[], without: readonly string[], report = ""): Promise<string> {
    const parts = makeFolder();
    await execa("cp", ["-r", `${folder}/.`, parts]);
    for (const name of without) rmSync(join(parts, name));
    writeTree(parts, { "report.cjs": `process.on("exit", () => { ${report} });` });
    const node = ["--require", join(parts, "report.cjs"), join(parts, "program.mjs")];
    const { all } = await execa(process.execPath, [...node, ...args], {
      ...{ all: true, reject: false, extendEnv: false },
      env: { HOME: makeFolder(), PATH: process.env["PATH"] },
    });
    return all;
  }

  const libraries = ["archive-libraries.mjs", "libraries.mjs"];

  it("is in five files, with a map each", () => {
    const parts = ["archive-libraries.mjs", "chunk.mjs", "libraries.mjs", "others.mjs", "program.mjs"];
    expect(readdirSync(folder).sort()).toEqual(parts.flatMap((name) => [name, `${name}.map`]));
  });

  it("lets status run without the other commands and the libraries", async () => {
    const said = await run(["status"], ["others.mjs", ...libraries]);
    expect(said).toContain("claude-credentials: not logged in\n");
    expect(said).not.toContain("Error");
  });

  it("lets start run without the libraries", async () => {
    const workspace = makeFolder();
    const said = await run(["start", "--workspace", workspace], libraries);
    expect(said).toContain(`login kept in ${workspace}/.devcontainer.secrets; it outlives rebuilds\n`);
  });

  it("loads of Node's own modules what is used", async () => {
    const report = `const loaded = (name) => process.moduleLoadList.includes("NativeModule " + name);
      console.log(["fs", "child_process", "http", "net", "stream", "tls", "tty", "worker_threads"].filter(loaded).join(" "));`;
    expect((await run(["--version"], [], report)).split("\n")).toEqual(["1.2.3", "fs"]);
  });

  it("is refused where the libraries would always be loaded", async () => {
    const root = makeCheckout({
      "src/cli-entry.ts": 'import { x } from "./libraries.ts";\nconsole.log(x);\n',
    });
    await expect(bundle(root, makeFolder(), "program", "1.2.3")).rejects.toThrow(
      /cli-entry\.ts must load it by import\(\), when it is needed/,
    );
  });
});

describe("syntax that Node 18.19 cannot read", () => {
  it.each(["class A { #a = 1; static { A.b ??= 2; } }", "await 0; x?.y;", 'import fs from "node:fs"; fs;'])(
    "is not in: %s",
    async (code) => {
      expect(await hasNewerSyntax(code)).toBe(false);
    },
  );

  it.each(["{ using a = b; }", "const a = /[[a-z]--[b]]/v;", "@decorate class A {}"])(
    "is in: %s",
    async (code) => {
      expect(await hasNewerSyntax(code)).toBe(true);
    },
  );
});
