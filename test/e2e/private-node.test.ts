import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { fetchProgram } from "../../scripts/node-packages.ts";
import type { Architecture } from "../../scripts/node-program.ts";
import { pinNode } from "../../scripts/pin-node.ts";
import { wrapNode } from "../support/node-archive.ts";
import { requireProgram } from "../support/shell.ts";
import { testBed } from "./support/bed.ts";
import { expectLogin, expectStore, logIn } from "./support/checks.ts";
import { repositoryRoot } from "./support/devcontainer.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

const npm = { npm: "npm" };
const architecture = process.arch as Architecture;
const pins = readFileSync(join(repositoryRoot, "features/src/claude-credentials/node.sha256"), "utf8");
const version = /node-v([\d.]+)-linux/.exec(pins)?.[1] ?? "";

/** A mirror of nodejs.org/dist that has the official program in an archive of its own. @returns its address */
async function mirror(asked: (string | undefined)[]): Promise<string> {
  const folder = mkdtempSync(join(testBed().directory, "node-"));
  const name = `node-v${version}-linux-${architecture}`;
  const archive = wrapNode(readFileSync(await fetchProgram(npm, version, architecture, folder)), name);
  const server = createServer((request, response) => {
    asked.push(request.url);
    if (request.url === `/dist/v${version}/${name}.tar.gz`) response.end(archive);
    else response.writeHead(404).end();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/dist`;
}

it("a login survives in an image without a Node, with a private one", async () => {
  const asked: (string | undefined)[] = [];
  // What fetches in it is busybox's wget, brought along: so that no other package comes from the network.
  const dockerfile = [
    "FROM base:vscode",
    "RUN rm -f /usr/bin/node /usr/local/bin/node && ! command -v node",
    "COPY busybox /usr/local/bin/wget",
    "",
  ];
  const project = await createProject({
    files: { ".devcontainer/Dockerfile": dockerfile.join("\n") },
    options: { nodeMirror: await mirror(asked) },
    devcontainer: { build: { dockerfile: "Dockerfile", options: ["--network=host"] } },
  });
  copyFileSync(requireProgram("busybox", "busybox-static"), join(project.path, ".devcontainer/busybox"));
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");

  expect(first.upOutput).not.toContain("RUNTIME_MISSING");
  expect((await first.entry("/usr/local/lib/claude-credentials/node"))?.mode).toBe("0755");
  expect(await first.sh("ls /usr/local/lib/claude-credentials; command -v node || :")).toBe("node\n");
  expect(await first.sh("/usr/local/lib/claude-credentials/node --version")).toBe(`v${version}\n`);
  await logIn(first, login);
  await first.remove();
  const second = await project.up();

  await expectLogin(second, login);
  await expectStore(second, `${second.workspaceFolder}/.git/claude-credentials`);
  expect(asked).toHaveLength(1);
});

it("the programs that are pinned are those of npm's packages, for every architecture", async () => {
  const said: string[] = [];
  const pinning = { version, copies: [], found: [], check: true };
  await pinNode(repositoryRoot, pinning, npm, (line) => void said.push(line));
  expect(said.at(-1)).toBe(pins.trimEnd());
});
