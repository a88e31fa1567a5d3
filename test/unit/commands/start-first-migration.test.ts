import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Path } from "../../../src/apply/file-system.ts";
import { login, state } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { file, symlink } from "../../support/tree.ts";
import { PLACES } from "./places.ts";

/** Nineteen files as Claude Code leaves them: small and large, deep, private and not. */
const OTHERS: readonly (readonly [path: string, bytes: number, mode: number])[] = [
  ...["settings.json", "CLAUDE.md", "history.jsonl", "stats-cache.json"].map(
    (name) => [name, 300, 0o644] as const,
  ),
  ...[1, 2, 3, 4].map((n) => [`projects/-work/${n.toString()}.jsonl`, 70_000 * n, 0o600] as const),
  ...[1, 2, 3, 4, 5].map((n) => [`todos/${n.toString()}.json`, n, 0o600] as const),
  ...["agents/a.md", "commands/deep/er/c.md", "plugins/p/q.json"].map((name) => [name, 99, 0o640] as const),
  ["hooks/run.sh", 40, 0o755],
  ["empty", 0, 0o644],
  ["plugins/data.bin", 600_000, 0o644],
];

const hash = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");

test.each(PLACES)(
  "A02: with $name, 20 files of a first migration arrive, and nothing of it stays behind",
  async (place) => {
    const contents = new Map([
      [".credentials.json", login("home")],
      ...OTHERS.map(([name, bytes]) => [name, randomBytes(bytes).toString("hex")] as const),
    ]);
    expect(contents.size).toBe(20);
    const modes = new Map(OTHERS.map(([name, , mode]) => [name, mode]));
    const files = [...contents].map(
      ([name, content]) => [`home/.claude/${name}`, file(content, modes.get(name) ?? 0o600)] as const,
    );
    const machine = new TestMachine({
      ...place.options,
      tree: {
        ...Object.fromEntries(files),
        "home/.claude/current": symlink("projects/-work/1.jsonl"),
        "home/.claude.json": file(state("a@b")),
      },
    });

    const { code, report } = await machine.start("--strict");

    expect(code).toBe(0);
    expect(report.findings).toEqual([]);
    const store = machine.path(`${place.at}/.claude-credentials`);
    // A mount's path is the made-up machine's; its links are read where they really lead.
    const client = place.kind === "mount" ? store : machine.path("home/.claude");
    expect(readlinkSync(machine.path("home/.claude"))).toBe(`${place.root(machine)}/.claude-credentials`);
    for (const [name, content] of contents) {
      for (const end of [store, client])
        expect(hash(readFileSync(join(end, name))), name).toBe(hash(content));
    }
    for (const [name, mode] of modes)
      expect(machine.mode(join(store, name)), name).toBe(`0${mode.toString(8)}`);
    expect(machine.mode(`${store}/.credentials.json`)).toBe("0600");
    expect(machine.mode(store)).toBe("0700");
    expect(machine.mode(machine.path(place.at))).toBe("0700");

    expect(Object.keys(machine.snapshot("home"))).toEqual([
      ".cache",
      ".cache/claude-credentials",
      ".cache/claude-credentials/stamp",
      ".claude",
      ".claude.json",
    ]);
    const top = Object.keys(machine.snapshot(place.at)).filter((path) => !path.includes("/"));
    expect(top.filter((name) => name !== ".gitignore")).toEqual([".claude-credentials", "format"]);
  },
);

test.each(["none", "immutable"] as const)(
  "C07: a file that is closed to the move (%s) is named, and nothing is moved before it is freed",
  async (access) => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        "home/.claude/.credentials.json": file(login("home")),
        "home/.claude/agents/closed.md": file("x"),
        "home/.claude.json": file(state("a@b")),
      },
    });
    const working = { ...machine.machine.fs };
    Object.assign(machine.machine.fs, {
      accessOf: (path: Path) => (path.toString().endsWith("closed.md") ? access : working.accessOf(path)),
    });
    const before = machine.snapshot("home/.claude");

    const { code, report } = await machine.start("--strict");

    expect(code).toBe(1);
    expect(report.findings).toMatchObject([{ code: "MOVE_INCOMPLETE", severity: "error" }]);
    expect(report.findings[0]?.message).toContain(machine.path("home/.claude/agents/closed.md"));
    expect(machine.snapshot("home/.claude")).toEqual(before);
    expect(machine.snapshot("work/.git/claude-credentials/.claude-credentials/agents")).toEqual({});
    expect(JSON.stringify(machine.snapshot("work"))).not.toContain("access-home");

    Object.assign(machine.machine.fs, working);
    expect((await machine.start("--strict")).code).toBe(0);
    expect(machine.read("home/.claude/agents/closed.md")).toBe("x");
  },
);
