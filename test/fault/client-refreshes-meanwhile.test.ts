import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawing } from "./drawing.ts";
import { removePlace, runStart, type Place } from "./place.ts";
import { login, START_STATES, type Scenario } from "./scenarios.ts";

const RENEWED_UNTIL = 1_900_000_000_000;

/** The server: each refresh token is good for one renewal. */
class Server {
  #current: string;
  renewals = 0;

  constructor(current: string) {
    this.#current = current;
  }

  /** @returns the new credential, or null where the token was spent before. */
  renew(credential: string): string | null {
    if (credential !== this.#current) return null;
    this.renewals += 1;
    this.#current = login(`renewed-${this.renewals.toString()}`, RENEWED_UNTIL + this.renewals);
    return this.#current;
  }

  get newest(): string {
    return this.#current;
  }
}

/** Claude Code renewing its token, one step for each call of `start`'s: facts C4 and C1. */
class Client {
  readonly #directory: string;
  readonly #server: Server;
  readonly #takesLocks: boolean;
  #step = 0;
  #locks: string[] = [];
  #credential = "";
  #renewed: string | null = "";

  constructor(directory: string, server: Server, takesLocks: boolean) {
    this.#directory = directory;
    this.#server = server;
    this.#takesLocks = takesLocks;
  }

  get isDone(): boolean {
    return this.#step === 5;
  }

  /** @param now epoch milliseconds */
  step(now: number): void {
    for (const lock of this.#locks) if (existsSync(lock)) utimesSync(lock, now / 1000, now / 1000);
    switch (this.#step) {
      case 0:
        if (this.#takesLocks && !this.#takeLocks()) return;
        break;
      case 1:
        // Between the two renames of the swap there is none for an instant.
        if (!existsSync(join(this.#directory, ".credentials.json"))) return;
        this.#credential = readFileSync(join(this.#directory, ".credentials.json"), "utf8");
        break;
      case 2:
        this.#renewed = this.#server.renew(this.#credential);
        break;
      case 3:
        this.#write(this.#renewed ?? '{"claudeAiOauth":{"accessToken":"","refreshToken":"","expiresAt":0}}');
        break;
      case 4:
        for (const lock of this.#locks.reverse()) rmdirSync(lock);
        this.#locks = [];
        break;
      default:
        return;
    }
    this.#step += 1;
  }

  #takeLocks(): boolean {
    if (!existsSync(this.#directory)) return false;
    const names = [`${this.#directory}/.oauth_refresh.lock`, `${realpathSync(this.#directory)}.lock`];
    if (names.some((name) => existsSync(name))) return false;
    for (const name of names) mkdirSync(name);
    this.#locks = names.map((name) => realpathSync(name));
    return true;
  }

  #write(content: string): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const temporary = join(this.#directory, ".credentials.json.tmp");
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, join(this.#directory, ".credentials.json"));
  }
}

const isDrawn = drawing("client refreshes meanwhile");
const moving = START_STATES.filter(({ name }) => /^S1|^S3/.test(name));
const cases = moving.flatMap((scenario) => [
  { scenario, locks: true, what: `${scenario.name}, with locks` },
  { scenario, locks: false, what: `${scenario.name}, without locks` },
]);

test.each(cases)(
  "E02: $what: a renewal that begins at any call ends with the newest token live, and none is spent twice",
  async ({ scenario, locks }) => {
    const wrong: string[] = [];
    for (let at = 0, isOver = false; !isOver; at += 1) {
      if (!isDrawn()) {
        isOver = at > 2_000;
        continue;
      }
      const { faults, began } = await faultsOfRenewal(scenario, at, locks);
      if (faults.length > 0) wrong.push(`from call ${at.toString()}: ${faults.join("; ")}`);
      isOver = !began;
    }
    expect(wrong).toEqual([]);
  },
);

/** The client of this home, or of another container that uses the store already. */
function whereLoggedIn({ home, store }: Place): string {
  const own = join(home, ".claude");
  return existsSync(join(own, ".credentials.json")) ? own : join(store, ".claude-credentials");
}

async function faultsOfRenewal(
  scenario: Scenario,
  at: number,
  takesLocks: boolean,
): Promise<{ faults: string[]; began: boolean }> {
  const place = scenario.build();
  try {
    const directory = whereLoggedIn(place);
    const server = new Server(readFileSync(join(directory, ".credentials.json"), "utf8"));
    const client = new Client(directory, server, takesLocks);
    let calls = 0;
    let slept = 0;
    const go = (): void => {
      calls += 1;
      if (calls > at) client.step(Date.now() + 10_000 + slept);
    };
    const whileSleeping = (milliseconds: number): void => {
      slept = milliseconds;
      client.step(Date.now() + 10_000 + slept);
    };
    const run = await runStart(place, { beforeEachCall: go, whileSleeping });
    const began = calls > at;
    for (let more = 0; more < 10 && !client.isDone; more += 1) client.step(Date.now());
    const again = await runStart(place);
    const live = readFileSync(join(place.home, ".claude/.credentials.json"), "utf8");
    return {
      began,
      faults: [
        ...(client.isDone ? [] : ["the client never got its locks"]),
        ...(server.renewals === 1 ? [] : [`${server.renewals.toString()} renewals`]),
        ...(live === server.newest ? [] : ["the newest token is not live"]),
        // A client without locks may come between the two renames of the swap: then the next start finishes it.
        ...(run.exitCode === 0 || (!takesLocks && run.err.includes("MOVE_INCOMPLETE")) ? [] : [run.err]),
        ...(again.exitCode === 0 ? [] : [again.err]),
      ],
    };
  } finally {
    removePlace(place);
  }
}
