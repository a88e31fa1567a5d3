import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCaptureOn } from "../../src/commands/capture.ts";
import { errnoCode, UserError } from "../../src/errors.ts";
import type { Machine } from "../../src/inspect/inspect.ts";
import { NOBODY_THERE } from "../support/context.ts";
import { faultyFileSystem, isMutating, Stop, type Fault } from "../support/faulty-file-system.ts";
import { login, state } from "../support/login.ts";
import { TestMachine } from "../support/machine.ts";
import { file } from "../support/tree.ts";
import { amount } from "./drawing.ts";

/** No process has such a number. */
const KILLED = 4_194_305;

const LOGIN = login("mine");
const SAID = "said\n".repeat(100);

interface Scene {
  readonly name: string;
  readonly to: string;
  readonly flags: readonly string[];
  readonly isMoved: boolean;
}

const SCENES: readonly Scene[] = [
  { name: "to a directory", to: "c", flags: ["--full"], isMoved: false },
  { name: "to an archive", to: "c.tgz", flags: ["--full"], isMoved: false },
  { name: "to a directory, handed over", to: "c", flags: ["--move", "--plain", "--full"], isMoved: true },
  { name: "to an archive, handed over", to: "c.tgz", flags: ["--move", "--plain", "--full"], isMoved: true },
];

const FAULTS: readonly (readonly [name: string, fault: Fault])[] = [
  ["an I/O error", { kind: "once", errno: "EIO" }],
  ["a full disk from then on", { kind: "from", errno: "ENOSPC" }],
  ["a read-only disk from then on", { kind: "from", errno: "EROFS" }],
  ["a write that is cut short", { kind: "short" }],
  ["the process's end", { kind: "stop" }],
];

/** One call in so many is struck. */
const EACH = { some: 7, usual: 2, all: 1 }[amount()];

function build(): TestMachine {
  return new TestMachine({
    tree: {
      "home/.claude/.credentials.json": file(LOGIN),
      "home/.claude/projects/-work/one.jsonl": file(SAID),
      "home/.claude.json": file(state("dev@example.com")),
      "out/mine.txt": file("mine\n"),
    },
  });
}

async function capture(made: TestMachine, { to, flags }: Scene, machine: Machine): Promise<number | null> {
  const context = {
    ...{ env: {}, cwd: made.work, version: "1.2.3", bundlePath: `${made.root}/share/claude-credentials.mjs` },
    ...{ out: () => undefined, err: () => undefined, ...NOBODY_THERE },
  };
  const args = ["--home", made.home, "--to", made.path(`out/${to}`), "--wait", "1", ...flags];
  try {
    return await runCaptureOn(machine, args, context);
  } catch (error) {
    if (!(error instanceof Stop || error instanceof UserError) && errnoCode(error) === undefined) throw error;
    return null;
  }
}

/** The credential that was captured, if the whole capture is there; undefined where there is none. Throws for half of one. */
function captured(machine: TestMachine, { to }: Scene): string | undefined {
  const path = machine.path(`out/${to}`);
  if (!existsSync(path)) return undefined;
  const read = (name: string): string =>
    to.endsWith(".tgz")
      ? execFileSync("tar", ["-xzOf", path, name], { encoding: "utf8", stdio: "pipe" })
      : readFileSync(`${path}/${name}`, "utf8");
  expect(read("projects/-work/one.jsonl")).toBe(SAID);
  return read(".credentials.json");
}

describe.each(SCENES)("a login that is captured $name", (scene) => {
  test.each(FAULTS)(
    "%s at any call loses no login, leaves no half of a capture, and shows nothing",
    async (_, fault) => {
      const whole = build();
      const counting = faultyFileSystem(whole.machine.fs);
      expect(await capture(whole, scene, { ...whole.machine, fs: counting.fs })).toBe(0);
      const calls = [...counting.calls];
      const places = [...calls.keys()]
        .filter((at) => fault.kind !== "short" || calls[at]?.name === "write")
        .filter((at) => fault.kind === "once" || isMutating(calls[at]?.name ?? "lstat"))
        .filter((_place, index) => index % EACH === 0);
      rmSync(whole.root, { recursive: true });
      for (const at of places) {
        const machine = build();
        const faulty = faultyFileSystem(machine.machine.fs, { at, fault, secrets: ["access-", "refresh-"] });
        const code = await capture(machine, scene, { ...machine.machine, fs: faulty.fs, pid: KILLED });
        const what = `call ${at.toString()}: ${calls[at]?.name ?? ""} ${calls[at]?.path.replace(whole.root, "") ?? ""}, exit code ${String(code)}`;
        expect(faulty.exposed, what).toEqual([]);
        const here = machine.exists("home/.claude/.credentials.json")
          ? machine.read("home/.claude/.credentials.json")
          : undefined;
        const there = captured(machine, scene);
        if (scene.isMoved) expect([here, there], what).toContain(LOGIN);
        else expect(here, what).toBe(LOGIN);
        if (code === 0) expect(there, what).toContain("access-mine");
        if (!scene.isMoved) expect(there ?? "", what).not.toContain("refresh-");
        // Nothing but what a killed run left, which the next one knows.
        if (fault.kind === "once") {
          const names = Object.keys(machine.snapshot("out")).filter((name) => name.includes("incoming"));
          expect(names, what).toEqual([]);
        }
        expect(machine.read("out/mine.txt"), what).toBe("mine\n");
        rmSync(machine.root, { recursive: true });
      }
      expect(places.length).toBeGreaterThan(0);
    },
  );
});
