import { describe, expect, it } from "vitest";
import { shells, type Shell } from "../../support/shell.ts";
import { bundle, calls, launcher, placeNode, placeProduct } from "./support/product.ts";
import { Sandbox } from "./support/sandbox.ts";

/** A container with the product and a stand-in for Node.js that does `body`. */
function withNode(shell: Shell, body: string): Sandbox {
  const sandbox = new Sandbox(shell);
  placeProduct(sandbox, placeNode(sandbox, "/usr/bin/node", "v20.1.0", body));
  return sandbox;
}

/** A container with the product, a real Node.js and the bundle `text`. */
function withBundle(shell: Shell, text: string): Sandbox {
  const sandbox = new Sandbox(shell);
  placeProduct(sandbox, sandbox.lend(process.execPath, "/usr/bin/node"), text);
  return sandbox;
}

const hook = ["start", "--workspace", "/work/project", "--devcontainer-id", "id"];
/** Each of these is one or two readable lines, the second with what to do. */
const twoLines = /^claude-credentials: [^\n]+\n {2}[^\n]+\n$/;

describe.each(shells())("start under $name", (shell: Shell) => {
  it("hands its arguments on as they are", async () => {
    const sandbox = withNode(shell, ":");
    const workspace = '/work/we\'ird $(touch PWNED) "dir" *\n`touch PWNED`\\n';
    const args = ["start", "--workspace", workspace, "", "--devcontainer-id", "-n", "--"];
    expect(await sandbox.run([launcher, ...args])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(calls(sandbox)).toEqual([["/usr/bin/node", bundle, ...args]]);
    expect(sandbox.exists("/PWNED")).toBe(false);
  });

  it("shows what Node.js says and exits 0 with it", async () => {
    const sandbox = withBundle(shell, "console.log('done'); console.error('noted');");
    expect(await sandbox.run([launcher, ...hook])).toMatchObject({
      exitCode: 0,
      stdout: "done\n",
      stderr: "noted\n",
    });
  });

  it("exits 0 when the bundle throws, and says so after the stack", async () => {
    const sandbox = withBundle(shell, "throw new Error('a defect of ours');");
    const result = await sandbox.run([launcher, ...hook]);
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    expect(result.stderr).toContain("a defect of ours");
    expect(result.stderr).toContain("claude-credentials: start failed (code 1, the reason is above)\n");
    expect(result.stderr).toContain("try again with: claude-credentials start\n");
  });

  it("exits 0 when the bundle is no JavaScript", async () => {
    const sandbox = withBundle(shell, "\u0000\u0001{");
    const result = await sandbox.run([launcher, ...hook]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain("claude-credentials: start failed (code 1, the reason is above)\n");
  });

  it("exits 0 when the bundle is missing, and names it", async () => {
    const sandbox = withNode(shell, "exit 9");
    sandbox.remove(bundle);
    const result = await sandbox.run([launcher, ...hook]);
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    expect(result.stderr).toMatch(twoLines);
    expect(result.stderr).toContain(`${bundle} is missing`);
    expect(result.stderr).toContain("rebuild");
  });

  it("exits 0 without a Node.js, and says what to add", async () => {
    const sandbox = new Sandbox(shell);
    placeProduct(sandbox, "");
    const result = await sandbox.run([launcher, ...hook]);
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    expect(result.stderr).toMatch(twoLines);
    expect(result.stderr).toContain("RUNTIME_MISSING");
    expect(result.stderr).toContain('"ghcr.io/devcontainers/features/node:1": {}');
  });

  it.each([
    {
      ended: "killed as for want of memory",
      body: "kill -KILL $$",
      says: "signal 9, perhaps for want of memory",
    },
    { ended: "aborted", body: "kill -ABRT $$", says: "signal 6" },
    { ended: "told to stop by somebody else", body: "kill -TERM $$", says: "signal 15" },
  ])("exits 0 when Node.js is $ended", async ({ body, says }) => {
    const result = await withNode(shell, body).run([launcher, ...hook]);
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    expect(result.stderr).toContain(`claude-credentials: start was killed before it was done (${says})\n`);
  });

  it("exits 0 when the Node.js found at build no longer runs", async () => {
    const sandbox = new Sandbox(shell);
    placeProduct(sandbox, sandbox.file("/usr/bin/node", "#!/nowhere/interpreter\n", 0o755));
    const result = await sandbox.run([launcher, ...hook]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain("claude-credentials: /usr/bin/node does not run\n");
  });

  it("exits 0 when its standard output and error are full or closed", async () => {
    const sandbox = withNode(shell, "exit 3");
    const script =
      'report=$1; shift; "$@" >/dev/full 2>&1; echo $? >>$report; "$@" >&- 2>&-; echo $? >>$report';
    await sandbox.run(["/bin/sh", "-c", script, "sh", "/tmp/codes", launcher, ...hook]);
    expect(sandbox.read("/tmp/codes")).toBe("0\n0\n");
  });

  it("exits 0 when the reader of what it says went away", async () => {
    const sandbox = withNode(shell, "exit 3");
    const script =
      '{ sleep 0.2; "$@" 2>&1; echo "code $?" >/tmp/code; } | :; until [ -s /tmp/code ]; do sleep 0.1; done';
    await sandbox.run(["/bin/sh", "-c", script, "sh", launcher, ...hook]);
    expect(sandbox.read("/tmp/code")).toBe("code 0\n");
  });

  it("gives Node.js neither standard input nor somebody else's NODE_OPTIONS", async () => {
    const sandbox = withNode(shell, 'cat; echo "${NODE_OPTIONS-none}"');
    const env = { NODE_OPTIONS: "--require /not/here.js" };
    const script = 'echo typed | "$@"';
    const result = await sandbox.run(["/bin/sh", "-c", script, "sh", launcher, ...hook], { env });
    expect(result.stdout).toBe("none\n");
  });
});

describe.each(shells())("start --strict under $name", (shell: Shell) => {
  it.each([0, 1, 2, 3, 70, 126])("passes the code %i on", async (code) => {
    const sandbox = withNode(shell, `exit ${code}`);
    expect((await sandbox.run([launcher, ...hook, "--strict"])).exitCode).toBe(code);
  });

  it("exits 1 without a Node.js, without the bundle, and when Node.js was killed", async () => {
    const bare = new Sandbox(shell);
    placeProduct(bare, "");
    expect((await bare.run([launcher, "start", "--strict"])).exitCode).toBe(1);
    const sandbox = withNode(shell, "kill -KILL $$");
    expect((await sandbox.run([launcher, "start", "--strict"])).exitCode).toBe(1);
    sandbox.remove(bundle);
    expect((await sandbox.run([launcher, "start", "--strict"])).exitCode).toBe(1);
  });

  it("is no part of another word", async () => {
    const sandbox = withNode(shell, "exit 3");
    for (const word of ["--strictly", "strict", "a --strict"]) {
      expect((await sandbox.run([launcher, "start", "--workspace", word])).exitCode).toBe(0);
    }
  });
});

describe.each(shells())("every other command under $name", (shell: Shell) => {
  it.each([["status", "--json"], ["--version"], ["--help"], ["startle"], []])(
    "goes to Node.js: %s",
    async (...args) => {
      const sandbox = withNode(shell, "exit 7");
      expect(await sandbox.run([launcher, ...args])).toMatchObject({ exitCode: 7, stderr: "" });
      expect(calls(sandbox)).toEqual([["/usr/bin/node", bundle, ...args]]);
    },
  );

  it("is Node.js: the same process, with standard input and the environment as they were", async () => {
    const sandbox = withNode(shell, 'echo "$$"; cat; env >/tmp/environment');
    const exported = { version: "mine", node: "mine", child: "mine", NODE_OPTIONS: "--mine" };
    const script = 'echo typed >/tmp/input; echo "$$"; exec "$0" status </tmp/input';
    const result = await sandbox.run(["/bin/sh", "-c", script, launcher], { env: exported });
    const [shellId, nodeId, ...rest] = result.stdout.split("\n");
    expect(nodeId).toBe(shellId);
    expect(rest).toEqual(["typed", ""]);
    const environment = sandbox.read("/tmp/environment");
    for (const name of ["version", "node", "child"]) expect(environment).toContain(`${name}=mine\n`);
    expect(environment).toContain("NODE_OPTIONS=--mine\n");
    expect(environment).not.toMatch(/^cc_/m);
  });

  it("is ended by the signal that ends Node.js", async () => {
    const result = await withNode(shell, "kill -KILL $$").run([launcher, "status"]);
    expect(result.signal).toBe("SIGKILL");
  });

  it("exits 1 without a Node.js or without the bundle, and says what to do", async () => {
    const sandbox = withNode(shell, ":");
    sandbox.remove(bundle);
    const unbundled = await sandbox.run([launcher, "status"]);
    expect(unbundled).toMatchObject({ exitCode: 1, stdout: "" });
    expect(unbundled.stderr).toMatch(twoLines);
    sandbox.remove("/usr/bin/node");
    const bare = await sandbox.run([launcher, "--version"]);
    expect(bare).toMatchObject({ exitCode: 1, stdout: "" });
    expect(bare.stderr).toContain("RUNTIME_MISSING");
  });
});
