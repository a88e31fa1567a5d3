import { randomBytes } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runInit } from "../../src/commands/init.ts";
import { errnoCode, UserError } from "../../src/errors.ts";
import { explainFailure } from "../../src/report/failure.ts";
import { NOBODY_THERE } from "../support/context.ts";
import { findLeak } from "../support/leak.ts";
import { TestMachine, type Run } from "../support/machine.ts";
import { temporaryDirectory } from "../support/tree.ts";
import { mutateAll, mutation, type Mutation } from "./mutations.ts";
import { plantedFiles, REPOSITORY, type Place } from "./planted-files.ts";
import { seeded } from "./seed.ts";

const CANARY = `cnry${randomBytes(24).toString("hex")}`;
const PATHS = Object.keys({ ...plantedFiles(CANARY, "home"), ...plantedFiles(CANARY, "store") });

/** The commands that look and change nothing, each in all its formats. */
const LOOKS: readonly (readonly string[])[] = [
  ["status", "--verbose"],
  ["status", "--json"],
  ["status", "--format", "prometheus"],
  ["status", "--auth", ".git/claude-credentials", "--verbose"],
  ["doctor", "--verbose"],
  ["doctor", "--json"],
  ["env", "show"],
  ["env", "show", "--json"],
  ["env", "verify"],
  ["env", "verify", "--json"],
  ["start", "--dry-run", "--verbose"],
  ["uninstall", "--dry-run", "--verbose"],
];

/** Those that change something; one of them is run, and then what looks. */
const CHANGES: readonly (readonly string[])[] = [
  ["start", "--verbose"],
  ["start", "--json", "--adopt"],
  ["uninstall", "--verbose"],
  ["uninstall", "--json"],
  ["doctor", "--fix", "--verbose"],
  ["install", "--verbose"],
  ["notice"],
  ["env", "unset"],
  ["env", "set", "--kind", "api-key", "--token-stdin", "--no-test", "--to", "both"],
];

/** A machine's files, some left out and some changed. */
interface Drawn {
  readonly place: Place;
  readonly isExported: boolean;
  /** The one command that changes something. */
  readonly change: readonly string[];
  readonly left: readonly string[];
  readonly changes: readonly { readonly path: string; readonly change: Mutation }[];
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  place: fc.constantFrom("home" as const, "store" as const),
  isExported: fc.boolean(),
  change: fc.constantFrom(...CHANGES),
  left: fc.subarray(PATHS, { maxLength: 20 }),
  changes: fc.array(fc.record({ path: fc.constantFrom(...PATHS), change: mutation }), { maxLength: 30 }),
});

function build({ place, isExported, left, changes }: Drawn): TestMachine {
  const machine = new TestMachine({
    shells: ["bash"],
    tree: REPOSITORY,
    env: isExported
      ? { ANTHROPIC_AUTH_TOKEN: CANARY, ANTHROPIC_BASE_URL: `https://u:${CANARY}@a.example` }
      : {},
  });
  for (const [path, text] of Object.entries(plantedFiles(CANARY, place))) {
    if (left.includes(path)) continue;
    const mine = changes.filter((one) => one.path === path);
    const bytes = mutateAll(
      text,
      mine.map(({ change }) => change),
      CANARY,
    );
    mkdirSync(dirname(machine.path(path)), { recursive: true });
    writeFileSync(machine.path(path), bytes, { mode: 0o600 });
  }
  if (place === "store") {
    const config = `${machine.work}/.git/claude-credentials/.claude-credentials`;
    mkdirSync(config, { recursive: true });
    symlinkSync(config, `${machine.home}/.claude`);
    symlinkSync(`${config}/.claude.json`, `${machine.home}/.claude.json`);
  }
  return machine;
}

/** A command on the machine, from where the project lies. */
function run(machine: TestMachine, [name = "", ...flags]: readonly string[]): Promise<Run> {
  const work = ["--workspace", machine.work];
  switch (name) {
    case "status":
      return machine.statusText(...work, ...flags);
    case "env":
      return machine.env(...flags, ...work);
    case "doctor":
      return machine.doctorText(...work, ...flags);
    case "start":
      return machine.startWith(...work, ...flags);
    case "uninstall":
      return machine.uninstallWith(...work, ...flags);
    case "install":
      return machine.installWith(flags);
    case "notice":
      return machine.notice();
    default:
      throw new Error(`there is no ${name} here`);
  }
}

/** All that it prints; of a failed system call that ends it, what the program's own door says. */
async function printedBy(machine: TestMachine, command: readonly string[]): Promise<string> {
  try {
    const { out, err } = await run(machine, command);
    return out + err;
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    const { cause, remedy } = explainFailure(error, code, "an open file");
    return `${cause}\n${remedy}`;
  }
}

test("whatever a machine's files hold, nothing that is printed has eight characters of a token", async () => {
  const property = fc.asyncProperty(drawn, async (draw) => {
    const machine = build(draw);
    machine.input = CANARY;
    for (const command of [...LOOKS, draw.change, ["status"]]) {
      const printed = await printedBy(machine, command);
      expect(findLeak(printed, CANARY), `${command.join(" ")}\n${printed}`).toBeNull();
    }
  });
  await fc.assert(property, seeded(80));
}, 180_000);

const CONFIG_PATHS = [".devcontainer/devcontainer.json", ".devcontainer.json"];

test("neither does init print one, whatever the project's devcontainer.json holds", async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...CONFIG_PATHS),
    fc.array(mutation, { maxLength: 4 }),
    async (path, changes) => {
      const text = plantedFiles(CANARY, "home")["work/.devcontainer/devcontainer.json"] ?? "";
      const project = temporaryDirectory();
      const bytes = mutateAll(text, changes, CANARY);
      mkdirSync(dirname(`${project}/${path}`), { recursive: true });
      writeFileSync(`${project}/${path}`, bytes);
      const printed = await initIn(project);
      expect(findLeak(printed, CANARY), printed).toBeNull();
    },
  );
  await fc.assert(property, seeded(300));
});

/** What `init` prints in a project, once for people and once for programs. */
async function initIn(project: string): Promise<string> {
  let printed = "";
  const print = (text: string): void => {
    printed += text;
  };
  for (const format of [["--json"], []]) {
    try {
      await runInit([project, "--reference", "ghcr.io/a/b/claude-credentials:1", ...format], {
        ...{ env: {}, cwd: project, version: "1.2.3", bundlePath: `${project}/none.mjs` },
        ...{ out: print, err: print, ...NOBODY_THERE },
      });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      print(`${error.message}\n${error.hint}\n`);
    }
  }
  return printed;
}
