import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errnoCode, UserError } from "../../src/errors.ts";
import { bring, BROUGHT, NEW_LOGIN } from "../support/bring.ts";
import { faultyFileSystem, isMutating, Stop, type Call, type Fault } from "../support/faulty-file-system.ts";
import { login, state } from "../support/login.ts";
import { TestMachine } from "../support/machine.ts";
import { directory, file, type Tree } from "../support/tree.ts";
import { amount } from "./drawing.ts";

/** No process has such a number. */
const KILLED = 4_194_305;

/** A place that cannot be looked at is refused. */
const EXPECTED = [Stop, UserError];

interface Scene {
  readonly name: string;
  readonly to: string | null;
  readonly tree: Tree;
  readonly isLinked?: true;
  /** Where the login is to lie, and what lay there. */
  readonly credential: string;
  readonly old: string | null;
}

const OLD = login("old", 2);

const SCENES: readonly Scene[] = [
  { name: "a new directory", to: "a/new", tree: {}, credential: "a/new/.credentials.json", old: null },
  {
    ...{ name: "the store, over another account's", to: null, isLinked: true, old: OLD },
    tree: {
      "store/format": "1\n",
      "store/.claude-credentials/.credentials.json": file(OLD),
      "store/.claude-credentials/.claude.json": file(state("old@example.com")),
    },
    credential: "store/.claude-credentials/.credentials.json",
  },
  {
    ...{ name: "a captured login that is better", to: "there", old: login("better", 20) },
    tree: {
      "there/.credentials.json": file(login("better", 20)),
      "there/.claude.json": file(state("new@example.com")),
    },
    credential: "there/.credentials.json",
  },
];

/** One call in so many is struck. */
const EACH = { some: 7, usual: 2, all: 1 }[amount()];

const READS: ReadonlySet<string> = new Set(["openForReading", "list", "canWrite"]);

const FAULTS: readonly (readonly [name: string, fault: Fault, isStruck: (call: Call) => boolean])[] = [
  ["an I/O error", { kind: "once", errno: "EIO" }, ({ name }) => isMutating(name) || READS.has(name)],
  ["a full disk from then on", { kind: "from", errno: "ENOSPC" }, ({ name }) => isMutating(name)],
  ["a read-only disk from then on", { kind: "from", errno: "EROFS" }, ({ name }) => isMutating(name)],
  ["a write that is cut short", { kind: "short" }, ({ name }) => name === "write"],
  ["the process's end", { kind: "stop" }, ({ name }) => isMutating(name)],
];

function build({ tree, isLinked }: Scene): TestMachine {
  const machine = new TestMachine({ tree: { ...BROUGHT, home: directory(), ...tree } });
  if (isLinked) {
    machine.relink("home/.claude", machine.path("store/.claude-credentials"));
    machine.relink("home/.claude.json", machine.path("store/.claude-credentials/.claude.json"));
  }
  return machine;
}

/** The contents of all credentials below the machine's tree, backups among them, but for the one that is brought. */
function credentials(machine: TestMachine): string[] {
  return readdirSync(machine.root, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.credentials\.json(\.\d+)?$/.test(name) && !name.startsWith("private/"))
    .map((name) => readFileSync(join(machine.root, name), "utf8"));
}

function live(machine: TestMachine, { credential }: Scene): string | null {
  return existsSync(machine.path(credential)) ? machine.read(credential) : null;
}

describe.each(SCENES)("a login that is brought to $name", (scene) => {
  const final = scene.name.includes("better") ? scene.old : NEW_LOGIN;

  test.each(FAULTS)(
    "%s at any call loses no login, and the next one finishes it",
    async (_name, fault, isStruck) => {
      const whole = build(scene);
      const counting = faultyFileSystem(whole.machine.fs);
      await bring(whole, scene.to, {}, { ...whole.machine, fs: counting.fs });
      expect(live(whole, scene)).toBe(final);
      const places = [...counting.calls.keys()]
        .filter((at) => isStruck(counting.calls[at] as Call))
        .filter((_, index) => index % EACH === 0);
      rmSync(whole.root, { recursive: true });
      for (const at of places) {
        const machine = build(scene);
        const faulty = faultyFileSystem(machine.machine.fs, { at, fault, secrets: ["access-", "refresh-"] });
        const call = counting.calls[at];
        const what = `call ${at.toString()}: ${call?.name ?? ""} ${call?.path.replace(whole.root, "") ?? ""}`;
        const struck = await bring(
          machine,
          scene.to,
          { wait: 1000 },
          { ...machine.machine, fs: faulty.fs, pid: KILLED },
        ).catch((error: unknown) => {
          if (!EXPECTED.some((kind) => error instanceof kind) && errnoCode(error) === undefined) throw error;
          return null;
        });
        expect(faulty.exposed, what).toEqual([]);
        expect(machine.read("private/.credentials.json"), what).toBe(NEW_LOGIN);
        const found = live(machine, scene);
        expect([scene.old, NEW_LOGIN], what).toContain(found);
        if (struck?.login === "taken") expect(found, what).toBe(NEW_LOGIN);
        if (scene.old !== null) expect(credentials(machine), what).toContain(scene.old);

        const next = await bring(machine, scene.to, { wait: 150_000 });
        expect(next.applied.findings, what).toEqual([]);
        expect(live(machine, scene), what).toBe(final);
        expect(next.login, what).toBe(final === NEW_LOGIN ? "taken" : "kept");
        if (scene.old !== null) expect(credentials(machine), what).toContain(scene.old);
        rmSync(machine.root, { recursive: true });
      }
      expect(places.length).toBeGreaterThan(0);
    },
  );
});
