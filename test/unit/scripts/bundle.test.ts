import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
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
    await bundle(ROOT, folder, "entry", "1.2.3");
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs it without what is not to be needed. */
  async function run(args: readonly string[], without: readonly string[], report = ""): Promise<string> {
    return (await runIn(makeFolder(), args, without, report)).all;
  }

  async function runIn(
    home: string,
    args: readonly string[],
    without: readonly string[],
    report = "",
  ): Promise<{ readonly all: string; readonly exitCode: number | undefined }> {
    const parts = makeFolder();
    await execa("cp", ["-r", `${folder}/.`, parts]);
    for (const name of without) rmSync(join(parts, name));
    writeTree(parts, { "report.cjs": `process.on("exit", () => { ${report} });` });
    const node = ["--require", join(parts, "report.cjs"), join(parts, "entry.mjs")];
    const { all, exitCode } = await execa(process.execPath, [...node, ...args], {
      ...{ all: true, reject: false, extendEnv: false },
      env: { HOME: home, PATH: process.env["PATH"] },
    });
    return { all: all.replaceAll(parts, "/parts"), exitCode };
  }

  it("is in six files, with a map each", () => {
    const names = ["archive-libraries", "chunk", "entry", "libraries", "others", "program"];
    const parts = names.map((name) => `${name}.mjs`);
    expect(readdirSync(folder).sort()).toEqual(parts.flatMap((name) => [name, `${name}.map`]));
  });

  it("lets status run without the other commands and the libraries", async () => {
    const said = await run(["status"], ["others.mjs", "libraries.mjs"]);
    expect(said).toContain("claude-credentials: not logged in\n");
    expect(said).not.toContain("Error");
  });

  it("lets start run without the other commands and the libraries", async () => {
    const workspace = makeFolder();
    const said = await run(["start", "--workspace", workspace], ["others.mjs", "libraries.mjs"]);
    expect(said).toContain(`login kept in ${workspace}/.devcontainer.secrets; it outlives rebuilds\n`);
  });

  it("loads of Node's own modules what is used", async () => {
    const report = `const loaded = (name) => process.moduleLoadList.includes("NativeModule " + name);
      console.log(["fs", "child_process", "http", "net", "stream", "tls", "tty", "worker_threads"].filter(loaded).join(" "));`;
    expect((await run(["--version"], [], report)).split("\n")).toEqual(["1.2.3", "fs"]);
  });

  it("loads for a start that changes nothing none of what is slow to load", async () => {
    const [home, workspace] = [makeFolder(), makeFolder()];
    const login = { accessToken: "a", refreshToken: "r", expiresAt: Date.now() + 3_600_000 };
    writeTree(home, { ".claude/.credentials.json": JSON.stringify({ claudeAiOauth: login }) });
    const start = ["start", "--workspace", workspace];
    const report = `console.log(["child_process", "crypto", "fs", "perf_hooks", "stream", "zlib"].filter((name) =>
      process.moduleLoadList.includes("NativeModule " + name)).join(" "));`;
    await runIn(home, start, []);
    const said = (await runIn(home, start, [], report)).all.split("\n");
    expect(said.at(-1)).toBe("fs");
  });

  const missing = (part: string): string =>
    `claude-credentials: /parts/${part} is missing: rebuild the container, or install the package again`;

  it.each([
    ["program.mjs", "status", 1],
    ["chunk.mjs", "status", 1],
    ["chunk.mjs", "--version", 1],
    ["chunk.mjs", "start", 1],
    ["others.mjs", "doctor", 1],
    ["others.mjs", "run -- true", 125],
  ])("says in one line that %s is missing: %s", async (part, command, code) => {
    const { all, exitCode } = await runIn(makeFolder(), command.split(" "), [part]);
    expect(all).toBe(missing(part));
    expect(exitCode).toBe(code);
  });

  it("lets start do its work beside a compose file without the libraries, and say what it could not look at", async () => {
    const [home, workspace] = [makeFolder(), makeFolder()];
    writeTree(workspace, { "compose.yaml": "services: {app: {build: .}}\n" });
    const start = ["start", "--workspace", workspace];

    const first = await runIn(home, start, ["libraries.mjs"]);
    expect(first.all).toContain(`login kept in ${workspace}/.devcontainer.secrets; it outlives rebuilds\n`);
    expect(first.all.split("\n").at(-1)).toBe(missing("libraries.mjs"));
    expect(first.exitCode).toBe(0);
    expect(readlinkSync(join(home, ".claude"))).toMatch(`${workspace}/.devcontainer.secrets/`);
    // The launcher would ask nobody again until something changes.
    expect(existsSync(join(home, ".cache/claude-credentials/stamp"))).toBe(false);

    expect((await runIn(home, [...start, "--strict"], ["libraries.mjs"])).exitCode).toBe(1);
    for (const command of ["status", "doctor"])
      expect(await runIn(home, [command], ["libraries.mjs"])).toEqual({
        all: missing("libraries.mjs"),
        exitCode: 1,
      });
    const whole = await runIn(home, start, []);
    expect(whole.all).toContain("warning STORE_IN_BUILD_CONTEXT: ");
    expect(existsSync(join(home, ".cache/claude-credentials/stamp"))).toBe(true);
  });

  it("lets libraries ask whether a module of Node's has a name, before that is loaded", async () => {
    const part = "export const x = 1;\n";
    const root = makeCheckout({
      "src/cli-entry.ts": `import * as crypto from "node:crypto";
console.log("webcrypto" in crypto, "none" in crypto, typeof crypto.createHash);\n`,
      ...{ "src/program.ts": part, "src/libraries.ts": part, "src/archive-libraries.ts": part },
    });
    const made = makeFolder();
    await bundle(root, made, "entry", "1.2.3");
    const { stdout } = await execa(process.execPath, [join(made, "entry.mjs")]);
    expect(stdout).toBe("true false function");
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
