import { mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shells, type Shell } from "../../support/shell.ts";
import { calls, launcher, placeNode, placeProduct } from "./support/product.ts";
import { Sandbox } from "./support/sandbox.ts";

const nvm = "/usr/local/share/nvm/versions/node";

interface Case {
  readonly title: string;
  /** What stands at each path: the text that `--version` prints. */
  readonly nodes: Readonly<Record<string, string>>;
  /** Beyond /usr/local/bin:/usr/bin:/bin. */
  readonly path?: string;
  /** The path in options.env. */
  readonly atBuild?: string;
  readonly expected: string | undefined;
}

const cases: readonly Case[] = [
  {
    title: "the one found at build, whatever else there is",
    nodes: { "/opt/a/node": "v18.19.0", "/usr/bin/node": "v22.0.0" },
    atBuild: "/opt/a/node",
    expected: "/opt/a/node",
  },
  {
    title: "another when that is gone",
    nodes: { "/usr/bin/node": "v18.19.0" },
    atBuild: "/opt/a/node",
    expected: "/usr/bin/node",
  },
  {
    title: "the newest by number, not by letter",
    nodes: { "/usr/bin/node": "v20.9.0", "/usr/local/bin/node": "v20.10.0", "/opt/x/node": "v18.20.8" },
    path: "/opt/x",
    expected: "/usr/local/bin/node",
  },
  {
    title: "one of nvm's, which need not be on PATH",
    nodes: {
      [`${nvm}/v22.1.0/bin/node`]: "v22.1.0",
      [`${nvm}/v9.0.0/bin/node`]: "v9.0.0",
      "/usr/bin/node": "v20.0.0",
    },
    expected: `${nvm}/v22.1.0/bin/node`,
  },
  {
    title: "the path with the version in it rather than a link of the same version",
    nodes: { [`${nvm}/v22.1.0/bin/node`]: "v22.1.0", "/usr/local/share/nvm/current/bin/node": "v22.1.0" },
    path: "/usr/local/share/nvm/current/bin",
    expected: `${nvm}/v22.1.0/bin/node`,
  },
  {
    title: "the private one when there is no other",
    nodes: { "/usr/local/lib/claude-credentials/node": "v20.0.0", "/usr/bin/node": "v12.22.9" },
    expected: "/usr/local/lib/claude-credentials/node",
  },
  {
    title: "18.19.0, the oldest that will do",
    nodes: { "/usr/bin/node": "v18.19.0" },
    expected: "/usr/bin/node",
  },
  { title: "none that is older than 18.19", nodes: { "/usr/bin/node": "v18.18.99" }, expected: undefined },
  {
    title: "a prerelease by its numbers",
    nodes: { "/usr/bin/node": "v24.0.0-nightly2025" },
    expected: "/usr/bin/node",
  },
  {
    title: "none that prints nonsense",
    nodes: {
      "/opt/n1/node": "99.0.0",
      "/opt/n2/node": "v99",
      "/opt/n3/node": "v99.x.1",
      "/opt/n4/node": "v99.1.1.1",
      "/opt/n5/node": "v99.1.1\nv99.1.1",
      "/opt/n6/node": "v99999999999999999999.1.1",
      "/opt/n7/node": "v099.1.1",
      "/opt/n8/node": "",
      "/opt/n9/node": "v..",
      "/usr/bin/node": "v20.0.0",
    },
    path: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `/opt/n${n}`).join(":"),
    expected: "/usr/bin/node",
  },
  {
    title: "none in a directory of PATH that is not absolute",
    nodes: { "/node": "v99.0.0", "/sub/node": "v99.0.0", "/usr/bin/node": "v20.0.0" },
    path: ":.:sub:./sub:",
    expected: "/usr/bin/node",
  },
  {
    title: "one whose directory has blanks and pattern characters in its name",
    nodes: { "/opt/a [b] *'\"$(c)/node": "v20.0.0" },
    path: "/opt/a [b] *'\"$(c)",
    expected: "/opt/a [b] *'\"$(c)/node",
  },
];

async function used(shell: Shell, { nodes, path, atBuild }: Case): Promise<string | undefined> {
  const sandbox = new Sandbox(shell);
  placeProduct(sandbox, atBuild ?? "");
  for (const [place, says] of Object.entries(nodes)) placeNode(sandbox, place, says);
  const all = [...(path === undefined ? [] : [path]), "/usr/local/bin:/usr/bin:/bin"].join(":");
  await sandbox.run([launcher, "status"], { env: { PATH: all } });
  return calls(sandbox)[0]?.[0];
}

describe.each(shells())("the launcher under $name runs", (shell: Shell) => {
  it.each(cases)("$title", async (example) => {
    expect(await used(shell, example)).toBe(example.expected);
  });

  it("one that works where another cannot be executed, fails or is a directory", async () => {
    const sandbox = new Sandbox(shell);
    placeProduct(sandbox, "/opt/gone/node");
    sandbox.file("/opt/text/node", "not a program", 0o644);
    sandbox.file("/opt/other-machine/node", "\u007fELF of another machine", 0o755);
    sandbox.file("/opt/failing/node", "#!/bin/sh\necho v99.0.0\nexit 1\n", 0o755);
    sandbox.file("/opt/no-interpreter/node", "#!/nowhere/sh\n", 0o755);
    mkdirSync(sandbox.path("/opt/directory/node"), { recursive: true });
    placeNode(sandbox, "/usr/bin/node");
    const names = ["text", "other-machine", "failing", "no-interpreter", "directory"];
    const PATH = `${names.map((name) => `/opt/${name}`).join(":")}:/usr/bin:/bin`;
    const result = await sandbox.run([launcher, "status"], { env: { PATH } });
    expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "", signal: undefined });
    expect(calls(sandbox)[0]?.[0]).toBe("/usr/bin/node");
  });

  it("the one it finds, although NODE_OPTIONS would keep every Node.js from starting", async () => {
    const sandbox = new Sandbox(shell);
    placeProduct(sandbox, "", "console.log('the bundle ran')");
    sandbox.lend(process.execPath, "/usr/bin/node");
    const env = { NODE_OPTIONS: "--no-such-option" };
    expect((await sandbox.run([launcher, "start"], { env })).stdout).toBe("the bundle ran\n");
  });

  it("nothing that a damaged options.env would have it run", async () => {
    const sandbox = new Sandbox(shell);
    const trap = "'; echo trapped >/tmp/trapped; '";
    placeProduct(sandbox, `/opt/${trap}/node`);
    placeNode(sandbox, "/usr/bin/node");
    await sandbox.run([launcher, "status"]);
    expect(calls(sandbox)[0]?.[0]).toBe("/usr/bin/node");
    expect(sandbox.exists("/tmp/trapped")).toBe(false);
  });
});
