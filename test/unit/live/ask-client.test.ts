import { existsSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { askClient, PROMPT, type ClientRun } from "../../../src/live/ask-client.ts";
import { file, buildTree } from "../../support/tree.ts";

const SOON = { limit: 20_000, grace: 20_000, whenStopped: "ask", isStopped: () => false } as const;

/** A run of a shell script in the place of the client. */
async function run(script: string, more: { limit?: number; grace?: number } = {}): Promise<ClientRun> {
  const root = buildTree({ claude: file(`#!/bin/sh\n${script}\n`, 0o755) });
  const env = { PATH: "/usr/bin:/bin", ROOT: root };
  return await askClient({ ...SOON, path: `${root}/claude`, env, cwd: root, ...more });
}

describe("asking the client", () => {
  test("starts it with a real prompt, no tools, nothing kept, and nothing on standard input", async () => {
    const ended = await run('for word in "$@"; do printf "[%s]" "$word"; done; cat; exit 3');
    expect(ended).toEqual({
      kind: "ended",
      code: 3,
      stdout: `[-p][--output-format][json][--no-session-persistence][--strict-mcp-config][--tools][][--][${PROMPT}]`,
      stderr: "",
    });
  });

  test("runs it in a session of its own, which no key of the terminal reaches", async () => {
    const ended = await run('read -r _ _ _ _ _ session _ </proc/$$/stat; [ "$session" = $$ ]');
    expect(ended).toMatchObject({ kind: "ended", code: 0 });
  });

  test("asks it to end after its time, and waits until it has", async () => {
    const root = buildTree({
      claude: file(
        '#!/bin/sh\ntrap "sleep 0.5; echo asked >asked; exit 0" TERM\nwhile :; do sleep 0.1; done\n',
        0o755,
      ),
    });
    const ended = await askClient({ ...SOON, path: `${root}/claude`, env: {}, cwd: root, limit: 300 });
    expect(ended).toEqual({ kind: "timeout", pid: null });
    expect(existsSync(`${root}/asked`)).toBe(true);
  });

  test("never kills one that does not end", async () => {
    const ended = await run('trap "" TERM; while :; do sleep 0.1; done', { limit: 300, grace: 300 });
    expect(ended).toMatchObject({ kind: "timeout", pid: expect.any(Number) as unknown });
    const { pid } = ended as { pid: number };
    onTestFinished(() => {
      process.kill(pid, "SIGKILL");
    });
    expect(() => process.kill(pid, 0)).not.toThrow();
  });

  test("asks it to end where it is to be given up", async () => {
    const root = buildTree({ claude: file("#!/bin/sh\nexec sleep 30\n", 0o755) });
    const isStopped = (): boolean => true;
    const ended = await askClient({ ...SOON, path: `${root}/claude`, env: {}, cwd: root, isStopped });
    expect(ended).toEqual({ kind: "timeout", pid: null });
  });

  test.each([
    ["is not there", "/nonexistent/claude", "ENOENT"],
    ["is no program", "/etc/passwd", "EACCES"],
  ])("says so where it %s", async (_, path, errnoCode) => {
    expect(await askClient({ ...SOON, path, env: {}, cwd: "/" })).toEqual({ kind: "not-started", errnoCode });
  });
});
