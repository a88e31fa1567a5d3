import { existsSync, lutimesSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { write, type Place } from "../place.ts";
import { login, START_STATES, type Scenario } from "../scenarios.ts";

/** What makes 20 files of a first migration's directory, together with what it has in other suites. */
const FURTHER = 15;
/** As large as a login with a few servers' tokens in it. */
const CREDENTIAL_BYTES = 5000;

/** The five start states of acceptance, the first one with 20 files, the login 5 kB of them. */
export const STATES: readonly Scenario[] = START_STATES.map((state) => {
  const { build, newest } = state.name.startsWith("S1") ? firstMigration(state) : state;
  return {
    ...{ ...state, newest },
    build: () => {
      const place = build();
      setTimes(place.home, 1_750_000_000);
      setTimes(place.store, 1_740_000_000);
      return place;
    },
  };
});

function firstMigration(state: Scenario): Pick<Scenario, "newest" | "build"> {
  const newest = JSON.stringify({
    ...(JSON.parse(login("large", 1_800_000_000_000)) as object),
    mcpOAuth: { filler: { accessToken: "x".repeat(CREDENTIAL_BYTES) } },
  });
  const build = (): Place => {
    const place = state.build();
    const directory = join(place.home, ".claude");
    write(join(directory, ".credentials.json"), newest);
    for (let number = 0; number < FURTHER; number++)
      write(join(directory, `projects/-more/${number}.jsonl`), `further ${number}\n`);
    return place;
  };
  return { newest, build };
}

/** Whether two files are compared may depend on their times: then the number of calls does. */
function setTimes(directory: string, seconds: number): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) setTimes(path, seconds);
    lutimesSync(path, seconds, seconds);
  }
}
