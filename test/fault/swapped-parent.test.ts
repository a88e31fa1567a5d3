import { cpSync, existsSync, lstatSync, realpathSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { snapshot } from "../support/tree.ts";
import type { Call } from "../support/faulty-file-system.ts";
import { exposed, look, lost, remember, unusable } from "./checker.ts";
import { drawing } from "./drawing.ts";
import { CANARY, makePlace, removePlace, runStart, write, type Place } from "./place.ts";
import { login, OTHER_STATES, START_STATES, type Scenario } from "./scenarios.ts";

/** What nobody may ever find live: it expires last, so that it would win every comparison. */
const PLANTED = login("planted", 1_990_000_000_000);
const HOOK = `{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch /planted"}]}]}}`;

/** A directory on the way to the store, and what it is in a workspace that somebody else prepared. */
interface Level {
  readonly name: string;
  /** A start that begins after the swap looks at the workspace folder that it is told, wherever that leads. */
  readonly isNamed?: true;
  /** The same as the workspace folder for any other. */
  readonly isAboveGitStore?: true;
  readonly path: (place: Place) => string;
}

const LEVELS: readonly Level[] = [
  { name: "the workspace folder", isNamed: true, path: ({ workspace }) => workspace },
  { name: "the directory above the store", isAboveGitStore: true, path: ({ store }) => dirname(store) },
  { name: "the store", path: ({ store }) => store },
  { name: "the configuration directory", path: ({ store }) => join(store, ".claude-credentials") },
];

/** As `START_STATES` has them, with the store in the folder of the older tool. */
function inSecrets(scenario: Scenario): Scenario {
  const build = (): Place => {
    const made = scenario.build();
    const place = makePlace("secrets");
    cpSync(made.home, place.home, { recursive: true, verbatimSymlinks: true });
    if (existsSync(made.store)) cpSync(made.store, place.store, { recursive: true, verbatimSymlinks: true });
    removePlace(made);
    return place;
  };
  return { ...scenario, name: `${scenario.name}, in .devcontainer.secrets`, build };
}

/** A look-alike of the workspace with a store in it, outside of it. */
function prepare(place: Place): string {
  const planted = join(place.root, "planted");
  cpSync(place.workspace, planted, { recursive: true, verbatimSymlinks: true });
  const config = join(planted, place.store.slice(place.workspace.length), ".claude-credentials");
  write(join(config, ".credentials.json"), PLANTED);
  write(join(config, "settings.json"), HOOK);
  write(join(config, "planted.md"), HOOK);
  write(join(config, ".claude.json"), `{"planted":true,"hasTrustDialogAccepted":true}`);
  return planted;
}

/** What was there is beside it afterwards, as by one who renames it and makes a symlink of its name. */
function swap(place: Place, path: string, planted: string): void {
  if (!existsSync(dirname(path))) return;
  if (existsSync(path)) renameSync(path, `${path}-before`);
  symlinkSync(join(planted, path.slice(place.workspace.length)), path);
}

const isDrawn = drawing("swapped parent", 10);
const named = (pattern: RegExp): Scenario[] =>
  [...START_STATES, ...OTHER_STATES].filter(({ name }) => pattern.test(name));
const states = [...named(/^S1 first|^S2|^S3/), ...named(/^S2|^S3/).map(inSecrets), ...named(/older tool/)];
const isInSecrets = ({ name }: Scenario): boolean => name.includes(".devcontainer.secrets");
const cases = states.flatMap((scenario) =>
  LEVELS.filter(({ isAboveGitStore }) => isAboveGitStore !== true || !isInSecrets(scenario)).map((level) => ({
    name: `${scenario.name}: ${level.name}`,
    scenario,
    level,
  })),
);

test.each(cases)(
  "F06: $name, swapped for a symlink at any call",
  { timeout: 900_000 },
  async ({ scenario, level }) => {
    const wrong: string[] = [];
    const calls = await callsOf(scenario);
    const resolved =
      level.isNamed === true
        ? calls.findIndex(({ name, path }) => name === "openDirectory" && path.endsWith("/workspace"))
        : 0;
    for (const [at, { name, path }] of calls.entries()) {
      if (at <= resolved || !isDrawn()) continue;
      const what = await wrongAfter(scenario, level, at);
      if (what.length > 0) wrong.push(`at ${at} ${name} ${path}: ${what.join("; ")}`);
    }
    expect(wrong).toEqual([]);
  },
);

async function callsOf(scenario: Scenario): Promise<readonly Call[]> {
  const place = scenario.build();
  try {
    return (await runStart(place)).calls;
  } finally {
    removePlace(place);
  }
}

async function wrongAfter(scenario: Scenario, level: Level, at: number): Promise<string[]> {
  const place = scenario.build();
  try {
    const planted = prepare(place);
    const prepared = snapshot(planted);
    const before = remember(place, scenario.newest);
    const path = level.path(place);
    const seen = { linked: false };
    const work = (): void => {
      seen.linked =
        lstatSync(join(place.home, ".claude"), { throwIfNoEntry: false })?.isSymbolicLink() === true;
      swap(place, path, planted);
    };
    const { calls, err, out } = await runStart(place, { at, fault: { kind: "meanwhile", work } });
    const struck = calls[at];
    const first = [
      ...touched(place, planted, prepared),
      ...(seen.linked || isTheLinkItself(place, struck) ? [] : misled(place, planted)),
      ...(/\n\s+at |is a defect/.test(err) || (out + err).includes(CANARY) ? [err] : []),
    ];
    if (level.isNamed !== true) await runStart(place);
    const second =
      level.isNamed === true ? [] : [...touched(place, planted, prepared), ...misled(place, planted)];
    putBack(place, path);
    await runStart(place);
    const now = look(place);
    return [
      ...first,
      ...second.map((what) => `second start: ${what}`),
      ...lost(now, before).map((what) => `lost: ${what}`),
      ...unusable(place, { ...before, live: null }),
      ...exposed(now),
    ];
  } finally {
    removePlace(place);
  }
}

/** Nothing is added to what was prepared, nothing of it changed, and nothing of it is anywhere else. */
function touched(place: Place, planted: string, prepared: Record<string, string>): string[] {
  const now = snapshot(planted);
  const names = new Set([...Object.keys(prepared), ...Object.keys(now)]);
  const changed = [...names].filter((name) => prepared[name] !== now[name]).map((name) => `changed: ${name}`);
  const taken = Object.entries(snapshot(place.root))
    .filter(([name]) => !name.startsWith("planted/"))
    .filter(([, entry]) => entry.includes("planted") && !entry.startsWith("symlink"));
  return [...changed, ...taken.map(([name]) => `taken over: ${name}`)];
}

/** The client would read and write what was prepared. */
function misled(place: Place, planted: string): string[] {
  return [".claude", ".claude.json"].flatMap((name) => {
    const path = join(place.home, name);
    const leadsTo = existsSync(path) ? realpathSync(path) : "";
    return leadsTo.startsWith(planted) ? [`~/${name} leads to ${leadsTo}`] : [];
  });
}

/** Between the look and the call that makes a symlink nothing more can be done: its text is a path. */
function isTheLinkItself(place: Place, call: Call | undefined): boolean {
  return call !== undefined && ["rename", "symlink"].includes(call.name) && dirname(call.path) === place.home;
}

function putBack(place: Place, path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  renameSync(path, join(place.root, "symlink"));
  if (existsSync(`${path}-before`)) renameSync(`${path}-before`, path);
}
