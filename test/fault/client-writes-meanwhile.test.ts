import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isMutating, type Call } from "../support/faulty-file-system.ts";
import { exposed, leftOver, look, lost, remember, unfinished } from "./checker.ts";
import { drawing } from "./drawing.ts";
import { removePlace, runStart, type Place } from "./place.ts";
import { login, OTHER_STATES, START_STATES, type Scenario } from "./scenarios.ts";

const REFRESHED = login("refreshed", 1_900_000_000_000);
const LATE = "said while start was at work\n";

/** As the client does it, with no lock: a new credential by temporary file and rename, a line at the end of the history. */
function clientWrites({ home }: Place): void {
  const directory = join(home, ".claude");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, ".credentials.json.tmp"), REFRESHED, { mode: 0o600 });
  renameSync(join(directory, ".credentials.json.tmp"), join(directory, ".credentials.json"));
  appendFileSync(join(directory, "history.jsonl"), LATE);
}

const isDrawn = drawing("client writes meanwhile");
// One client at a time: what two write to one file in one instant is theirs to settle.
const moving = [...START_STATES, ...OTHER_STATES].filter(
  ({ name }) => /^S1|^S3|^S4|^links/.test(name) && !name.includes("a client begins"),
);

test.each(moving)(
  "$name: what the client writes at any moment is kept, and live in the end",
  async (scenario) => {
    const calls = await callsOf(scenario);
    const wrong: string[] = [];
    for (const [at, { name, path }] of calls.entries()) {
      if (!isMutating(name) || !isDrawn()) continue;
      const what = await wrongAfter(scenario, at);
      if (what.length > 0) wrong.push(`at ${at} ${name} ${path}: ${what.join("; ")}`);
    }
    expect(wrong).toEqual([]);
  },
);

async function callsOf(scenario: Scenario): Promise<readonly Call[]> {
  const place = scenario.build();
  try {
    return (await runStart(place, scenario.fileSystems?.(place) ?? {})).calls;
  } finally {
    removePlace(place);
  }
}

async function wrongAfter(scenario: Scenario, at: number): Promise<string[]> {
  const place = scenario.build();
  try {
    const fileSystems = scenario.fileSystems?.(place) ?? {};
    const seen = remember(place, REFRESHED);
    // These the client replaces and appends to: what they were before is its own matter.
    const files = seen.files.filter(({ name }) => name !== "history.jsonl");
    const before = { ...seen, files, credentials: [] };
    const work = (): void => {
      clientWrites(place);
    };
    const first = await runStart(place, { ...fileSystems, at, fault: { kind: "meanwhile", work } });
    const gone = lost(look(place), before);
    const again = await runStart(place, fileSystems);
    const now = look(place);
    return [
      ...gone,
      ...unfinished(place, now, before),
      ...leftOver(now, before),
      ...exposed(now),
      ...(now.some(({ content }) => content.includes(LATE)) ? [] : ["the line is gone"]),
      ...[first, again].flatMap(({ exitCode, err }) => (exitCode === 0 ? [] : [err])),
    ];
  } finally {
    removePlace(place);
  }
}
