import { randomBytes } from "node:crypto";
import { existsSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { systemError } from "../../src/errors.ts";
import { login, state } from "../support/login.ts";
import { TestMachine, type MachineOptions, type Run } from "../support/machine.ts";
import { directory, file } from "../support/tree.ts";

/** What other programs were started with: path, arguments, environment and input. */
const started = vi.hoisted((): string[] => []);

vi.mock(import("node:child_process"), async (importOriginal) => {
  const original = await importOriginal();
  const spawnSync = ((...call: Parameters<typeof original.spawnSync>) => {
    started.push(JSON.stringify(call));
    return original.spawnSync(...call);
  }) as typeof original.spawnSync;
  return { ...original, spawnSync };
});

const CANARY = `canary${randomBytes(12).toString("hex")}`;
const SECRETS = "work/.devcontainer.secrets";
const STATE = { primaryApiKey: CANARY, mcpServers: { a: { env: { TOKEN: CANARY } } } };

interface Kind {
  readonly name: string;
  readonly at: string;
  readonly options: MachineOptions;
}

const KINDS: readonly Kind[] = [
  { name: "git", at: "work/.git/claude-credentials", options: { repository: true } },
  { name: "workspace", at: SECRETS, options: { repository: true, tree: { [SECRETS]: directory() } } },
  { name: "mount", at: "volume", options: { volume: true } },
];

/** The client's files as a new home has them: a login, a state file, and what else may be secret. */
function home(name: string, hours: number): Record<string, ReturnType<typeof file>> {
  return {
    "home/.claude/.credentials.json": file(login(`${CANARY}-${name}`, hours)),
    "home/.claude/settings.json": file(JSON.stringify({ env: { ANTHROPIC_API_KEY: `${CANARY}-${name}` } })),
    "home/.claude/history.jsonl": file(`${CANARY} ${name}\n`),
    "home/.claude.json": file(state("me@acme", { ...STATE, name })),
  };
}

/** Every place where a secret may lie: the store's own directories, the copy of the login, the client's directory. */
function mayHold(path: string, store: string): boolean {
  const stores = [store, "work/.git/claude-credentials"];
  const places = stores.flatMap((at) => [
    `${at}/.claude-credentials`,
    `${at}/backups`,
    `${at}/last-known-good`,
  ]);
  const homes = ["home/.claude", "home/.local/share/claude-credentials/.claude-credentials"];
  return path === "home/.claude.json" || [...places, ...homes].some((top) => path.startsWith(`${top}/`));
}

/** A home as a rebuild leaves it: new, with another login in it. */
function rebuild(machine: TestMachine, name: string, hours: number): void {
  rmSync(machine.home, { recursive: true });
  machine.add({ home: directory(), ...home(name, hours) });
}

function hold(machine: TestMachine): void {
  machine.add({ "home/.claude/.oauth_refresh.lock": directory() });
  const lock = machine.path("home/.claude/.oauth_refresh.lock");
  machine.whileSleeping = () => {
    const time = (machine.now + machine.slept) / 1000;
    if (existsSync(lock)) utimesSync(lock, time, time);
  };
  machine.whileSleeping();
}

describe("G01: over the whole cycle a secret stays in the store, its backups and the client's own files", () => {
  test.each(KINDS)("a store of kind $name", async ({ at, options }) => {
    const machine = new TestMachine({ ...options, tree: { ...options.tree, ...home("image", 1) } });
    started.length = 0;
    const runs: Run[] = [];
    const start = async (...flags: string[]): Promise<void> => {
      for (const more of [["--json"], ["--verbose"]])
        runs.push(await machine.startWith("--workspace", machine.work, ...flags, ...more));
    };
    const expectKept = (): void => {
      const entries = Object.entries(machine.snapshot());
      expect(entries.filter(([path]) => path.includes(CANARY))).toEqual([]);
      const holding = entries.filter(([, entry]) => entry.includes(CANARY)).map(([path]) => path);
      expect(holding.filter((path) => !mayHold(path, at))).toEqual([]);
      expect(holding).not.toEqual([]);
    };

    runs.push(await machine.installWith(["--json"]), await machine.installWith(["--verbose"]));
    expectKept();
    await start("--dry-run");
    await start();
    expectKept();

    // A rebuild whose home holds a newer login, then one with an older.
    for (const [name, hours] of [
      ["newer", 9],
      ["older", 2],
    ] as const) {
      rebuild(machine, name, hours);
      machine.now += 60_000;
      await start();
      expectKept();
    }

    // Somebody holds the client's lock.
    rebuild(machine, "locked", 10);
    hold(machine);
    await start();
    expect(runs.at(-1)?.err).toContain("LOCK_HELD");
    expectKept();
    rmSync(machine.path("home/.claude/.oauth_refresh.lock"), { recursive: true });

    // The disk fails.
    const working = { ...machine.machine.fs };
    Object.assign(machine.machine.fs, {
      openNew: (path: string) => {
        throw systemError("ENOSPC", "no space", path);
      },
    });
    await start();
    expect(runs.at(-1)?.err).toContain("MOVE_INCOMPLETE");
    expectKept();
    Object.assign(machine.machine.fs, working);

    // A torn credential and a torn state file.
    await start();
    writeFileSync(machine.path(`${at}/.claude-credentials/.credentials.json`), login(CANARY).slice(0, -20));
    writeFileSync(machine.path(`${at}/.claude-credentials/.claude.json`), `{"primaryApiKey":"${CANARY}`);
    runs.push(await machine.statusText(), await machine.status(), await machine.doctorText("--json"));
    await start();
    expectKept();
    // A store that has lost its format.
    renameSync(machine.path(`${at}/format`), machine.path(`${at}/format.away`));
    await start();
    runs.push(await machine.statusText("--verbose"), await machine.status());
    runs.push(await machine.doctorText("--verbose"), await machine.doctorText("--fix", "--json"));
    expectKept();

    for (const { out, err } of runs) expect(out + err).not.toContain(CANARY);
    expect(started.filter((call) => call.includes(CANARY))).toEqual([]);
    if (at === SECRETS) expect(started.some((call) => call.includes("ls-files"))).toBe(true);
  });
});
