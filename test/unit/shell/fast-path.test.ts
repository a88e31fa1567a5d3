import { describe, expect, it } from "vitest";
import { requireProgram, shells, type Shell } from "../../support/shell.ts";
import { broken, brokenEnvironment, brokenOwners, kept } from "./support/changes.ts";
import { bundle, calls, launcher, options } from "./support/product.ts";
import { isRoot, type RunOptions } from "./support/sandbox.ts";
import { devcontainerId, node, Settled } from "./support/settled.ts";

const workspace = "/work/project";
const hook = ["start", "--workspace", workspace, "--devcontainer-id", devcontainerId];

async function runHook(settled: Settled, settings: RunOptions = {}, args: readonly string[] = hook) {
  return settled.sandbox.run([launcher, ...args], settings);
}

describe.each(shells())("start under $name, when nothing changed", (shell: Shell) => {
  async function expectUnchanged(settled: Settled, settings: RunOptions = {}): Promise<void> {
    expect(await runHook(settled, settings)).toEqual({
      exitCode: 0,
      stdout: `claude-credentials: unchanged, login kept in ${settled.store}\n`,
      stderr: "",
      signal: undefined,
    });
    expect(calls(settled.sandbox)).toEqual([]);
  }

  it("is decided without Node.js", async () => {
    await expectUnchanged(new Settled(shell));
  });

  it.each(Object.entries(kept))("is decided without Node.js: %s", async (_, change) => {
    const settled = new Settled(shell);
    change(settled);
    await expectUnchanged(settled);
  });

  it("is decided without Node.js where CLAUDE_CONFIG_DIR is as it was", async () => {
    const settled = new Settled(shell);
    settled.writeStamp({ configDirectory: "/home/dev/config" });
    await expectUnchanged(settled, { env: { CLAUDE_CONFIG_DIR: "/home/dev/config" } });
  });

  it("is decided without Node.js in an odd environment", async () => {
    const env = { IFS: "/", CDPATH: "/", ENV: "/nowhere", cc_store: "/", LC_ALL: "C" };
    await expectUnchanged(new Settled(shell), { env });
  });

  it.runIf(isRoot)("is decided without Node.js for root on a store of the remote user's", async () => {
    const settled = new Settled(shell);
    settled.sandbox.own(settled.stampPath, 0);
    await expectUnchanged(settled, { user: 0 });
  });

  it("takes the hook's flags in either order", async () => {
    const settled = new Settled(shell);
    const args = ["start", "--devcontainer-id", devcontainerId, "--workspace", workspace];
    expect((await runHook(settled, {}, args)).stdout).toContain("unchanged");
    expect(calls(settled.sandbox)).toEqual([]);
  });

  it("makes no process and starts no program", async () => {
    const settled = new Settled(shell);
    const { sandbox } = settled;
    const strace = `/host${requireProgram("strace")}`;
    const traced = "trace=clone,clone3,fork,vfork,execve";
    const command = [strace, "-f", "-qq", "-o", "/tmp/trace", "-e", traced, launcher, ...hook];
    expect((await sandbox.run(command)).stdout).toContain("unchanged");
    const trace = sandbox.read("/tmp/trace").trim().split("\n");
    expect(trace).toHaveLength(1);
    expect(trace[0]).toContain(`execve("${launcher}"`);
  });

  it("knows nothing of secrets: it opens the stamp, the options and the host name, and nothing else", async () => {
    const settled = new Settled(shell);
    const { sandbox, stampPath } = settled;
    const strace = `/host${requireProgram("strace")}`;
    await sandbox.run([strace, "-qq", "-o", "/tmp/trace", "-e", "trace=open,openat", launcher, ...hook]);
    const opened = [...sandbox.read("/tmp/trace").matchAll(/"(\/[^"]*)", [^)]*\) = \d/g)].map(
      (match) => match[1],
    );
    const ours = opened.filter(
      (path) => !/^\/(host|lib|lib64|usr\/lib|etc\/ld|dev|bin|proc|usr\/share)\b/.test(path ?? ""),
    );
    expect(new Set(ours)).toEqual(
      new Set([launcher, stampPath, options, "/etc/hostname", `${sandbox.home}/`, `${settled.store}/`]),
    );
  });

  it("exits 0 when the reader of what it says went away", async () => {
    const script =
      '{ sleep 0.2; "$@"; echo "code $?" >/tmp/code; } | :; until [ -s /tmp/code ]; do sleep 0.1; done';
    const settled = new Settled(shell);
    const result = await settled.sandbox.run(["/bin/sh", "-c", script, "sh", launcher, ...hook]);
    expect(settled.sandbox.read("/tmp/code")).toBe("code 0\n");
    expect(result.stderr).toBe("");
  });

  it("exits 0 when what it says cannot be written", async () => {
    const settled = new Settled(shell);
    const script = 'exec >/dev/full; "$@"; echo "code $?" >&2';
    const result = await settled.sandbox.run(["/bin/sh", "-c", script, "sh", launcher, ...hook]);
    expect(result.stderr).toBe("code 0\n");
  });
});

describe.each(shells())("start under $name asks Node.js", (shell: Shell) => {
  async function expectAsked(settled: Settled, settings: RunOptions = {}): Promise<void> {
    const result = await runHook(settled, settings);
    expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "", signal: undefined });
    expect(calls(settled.sandbox)).toEqual([[node, bundle, ...hook]]);
  }

  it.each(Object.entries({ ...broken, ...(isRoot ? brokenOwners : {}) }))("when %s", async (_, change) => {
    const settled = new Settled(shell);
    change(settled);
    await expectAsked(settled);
  });

  it.each(Object.entries(brokenEnvironment))("when %s", async (_, env) => {
    await expectAsked(new Settled(shell), { env });
  });

  it("when the stamp is for no workspace and none is given", async () => {
    const settled = new Settled(shell);
    settled.writeStamp({ workspace: "" });
    const args = ["start", "--workspace", "", "--devcontainer-id", devcontainerId];
    expect((await runHook(settled, {}, args)).stdout).toBe("");
    expect(calls(settled.sandbox)).toHaveLength(1);
  });

  it("when HOME is not set", async () => {
    const settled = new Settled(shell);
    const script = 'unset HOME; exec "$@"';
    const result = await settled.sandbox.run(["/bin/sh", "-c", script, "sh", launcher, ...hook]);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(calls(settled.sandbox)).toEqual([[node, bundle, ...hook]]);
  });

  it.each([
    { why: "without the workspace", args: ["start"] },
    {
      why: "with an empty workspace",
      args: ["start", "--workspace", "", "--devcontainer-id", devcontainerId],
    },
    { why: "without the id that the stamp names", args: ["start", "--workspace", "/work/project"] },
    { why: "with a flag that lacks its value", args: [...hook, "--workspace"] },
    { why: "with another flag", args: [...hook, "--json"] },
    { why: "with another flag in front", args: ["start", "--strict", ...hook.slice(1)] },
    {
      why: "with flags written with =",
      args: ["start", "--workspace=/work/project", `--devcontainer-id=${devcontainerId}`],
    },
  ])("$why", async ({ args }) => {
    const settled = new Settled(shell);
    expect((await runHook(settled, {}, args)).exitCode).toBe(0);
    expect(calls(settled.sandbox).map((words) => words.slice(2))).toEqual([args]);
  });
});
