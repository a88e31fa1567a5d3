import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Check } from "../../../src/report/check.ts";
import { answer, machineWithClient } from "../live/stand-in.ts";

function live(checks: readonly Check[]): Check | undefined {
  return checks.find(({ name }) => name === "live");
}

describe("doctor --live", () => {
  test("starts the client in an empty private folder, and says what answered", async () => {
    const machine = machineWithClient(
      '{ pwd; ls -A; stat -c %a .; echo "$HOME"; } >"$HOME/note"; ' + `echo '${answer()}'`,
    );
    const { report, err, code } = await machine.doctor("--live");
    expect(live(report.checks)).toMatchObject({
      result: "ok",
      seen: expect.stringMatching(
        /^Claude Code answered after .* s \(claude-sonnet-4-5\) through the stored login$/,
      ) as unknown,
      fix: null,
    });
    expect(code).toBe(0);
    const [folder = "", ...more] = machine.read("home/note").split("\n");
    expect(folder).toMatch(/\/claude-credentials-doctor-[0-9a-f]{16}$/);
    expect(more).toEqual(["700", machine.home, ""]);
    expect(existsSync(folder)).toBe(false);
    expect(err).toContain("a prompt of 6 words: a few tokens of your account; it may renew the access token");
  });

  test("leads it to the configuration directory that was asked about", async () => {
    const machine = machineWithClient(`echo "$CLAUDE_CONFIG_DIR" >"$HOME/note"; echo '${answer()}'`, {
      configDirectory: "elsewhere",
    });
    await machine.doctor("--live");
    expect(machine.read("home/note")).toBe(`${machine.path("elsewhere")}\n`);
  });

  test("passes on no word of the client's", async () => {
    const machine = machineWithClient(
      'cat "$HOME/.claude/.credentials.json"; cat "$HOME/.claude/.credentials.json" >&2; exit 1',
    );
    const { out, err, code, report } = await machine.doctor("--live", "--verbose");
    expect(live(report.checks)).toMatchObject({
      result: "error",
      seen: expect.stringContaining("exit code 1") as unknown,
    });
    expect(code).toBe(1);
    expect(out + err).not.toContain("canary");
  });

  test("where there is no client says so, and starts nothing", async () => {
    const machine = machineWithClient("", { env: { PATH: "" } });
    machine.forget("home/.local/bin/claude");
    const { code, report, err } = await machine.doctor("--live");
    expect(live(report.checks)).toMatchObject({
      result: "error",
      seen: "no claude is on PATH or in the home",
    });
    expect(code).toBe(1);
    expect(err).toBe("");
  });

  test("stopped by a signal asks the client to end, and ends as that signal has it", async () => {
    const machine = machineWithClient(
      'trap "echo asked >$HOME/note; exit 0" TERM; while :; do sleep 0.1; done',
    );
    machine.signal = 130;
    const { code, err } = await machine.doctorText("--live");
    expect(code).toBe(130);
    expect(machine.read("home/note")).toBe("asked\n");
    expect(err).toContain("stopped by a signal");
  });

  test("on a terminal asks first, and starts nothing where the answer is no", async () => {
    const machine = machineWithClient('echo started >"$HOME/note"');
    const input = new PassThrough();
    machine.terminal = { input, output: new PassThrough() };
    const run = machine.doctor("--live");
    const typing = setInterval(() => input.write("\r"), 50);
    const { report } = await run.finally(() => {
      clearInterval(typing);
    });
    expect(live(report.checks)).toMatchObject({ result: "skipped", seen: "not started: you said no" });
    expect(machine.exists("home/note")).toBe(false);
  });
});

test("doctor without --live never starts the client", async () => {
  const machine = machineWithClient('echo started >"$HOME/note"');
  await machine.doctor();
  await machine.doctor("--fix");
  expect(machine.exists("home/note")).toBe(false);
});
