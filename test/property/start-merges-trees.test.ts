import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isMutating } from "../support/faulty-file-system.ts";
import { randomTree, readTree, writeTree, type Tree } from "../support/random-tree.ts";
import { makePlace, removePlace, runStart, write, type Place, type Run } from "../fault/place.ts";
import { login, twoFileSystems } from "../fault/scenarios.ts";
import { wrongIn, type Entries } from "./merge-model.ts";
import { asOrdinaryUser } from "./ordinary-user.ts";
import { seeded } from "./seed.ts";

/** When the logins of both sides expire; null is none. */
interface Logins {
  readonly home: number | null;
  readonly store: number | null;
}

const expiry = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: null });
const sides = fc.record({
  home: randomTree,
  store: fc.oneof(
    { weight: 1, arbitrary: fc.constant<Tree>(new Map()) },
    { weight: 3, arbitrary: randomTree },
  ),
  logins: fc.record({ home: expiry, store: expiry }),
  areApart: fc.boolean(),
  homeMode: fc.constantFrom(0o700, 0o755, 0o500),
});

test("start keeps bytes, modes, times and link texts of both sides, and has nothing to do the second time", async () => {
  const property = fc.asyncProperty(sides, async ({ home, store, logins, areApart, homeMode }) => {
    const place = makePlace(areApart ? "elsewhere" : "git");
    try {
      const before = build(place, home, store, logins, homeMode);
      const fileSystems = areApart ? twoFileSystems(place) : {};
      const first = await runStart(place, fileSystems);
      expect(wrongAfter(place, before, logins)).toEqual([]);
      expect(first.exitCode, first.err).toBe(0);
      expect(changes(await runStart(place, fileSystems))).toEqual([]);
    } finally {
      removePlace(place);
    }
  });
  await asOrdinaryUser(() => fc.assert(property, seeded(200)));
});

function build(place: Place, home: Tree, store: Tree, logins: Logins, homeMode: number) {
  const [client, live] = [join(place.home, ".claude"), join(place.store, ".claude-credentials")];
  for (const directory of [client, place.store, live]) mkdirSync(directory, { mode: 0o700, recursive: true });
  writeTree(client, home);
  writeTree(live, store);
  const before = { home: readTree(client), store: readTree(live) };
  if (logins.home !== null) write(join(client, ".credentials.json"), login("home", logins.home));
  if (logins.store !== null) write(join(live, ".credentials.json"), login("store", logins.store));
  chmodSync(client, homeMode);
  return before;
}

function wrongAfter(place: Place, before: { home: Entries; store: Entries }, logins: Logins): string[] {
  const { home, store } = before;
  const after = new Map(readTree(join(place.store, ".claude-credentials")));
  const backups = children(join(place.store, "backups")).map(readTree);
  const asides = children(place.home).filter((path) => path.includes(".claude.aside-"));
  const aside = new Map(asides.flatMap((path) => [...readTree(path)]));
  for (const name of [".credentials.json"]) after.delete(name);
  return [
    ...wrongIn({ home, store, after, backups, aside }),
    ...wrongLogin(place, logins, backups),
    ...[...aside.values()].filter(({ kind }) => kind === "file").map(() => "a file was left aside"),
    ...children(place.home)
      .concat(children(place.store))
      .filter((path) => path.includes("incoming"))
      .map((path) => `left over: ${path}`),
  ];
}

function wrongLogin(place: Place, { home, store }: Logins, backups: readonly Entries[]): string[] {
  if (home === null && store === null) return [];
  const homeWins = (home ?? 0) > (store ?? 0);
  const [winner, loser] = homeWins
    ? [login("home", home ?? 0), store === null ? null : login("store", store)]
    : [login("store", store ?? 0), home === null ? null : login("home", home)];
  const live = readFileSync(join(place.home, ".claude/.credentials.json"), "utf8");
  const kept = backups.map((backup) => backup.get(".credentials.json")?.content);
  return [
    ...(live === winner ? [] : ["the newest login is not live"]),
    ...(loser === null || kept.includes(loser) ? [] : ["the login that lost is not in the backups"]),
  ];
}

function children(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

function changes(run: Run): string[] {
  return run.calls.filter(({ name }) => isMutating(name)).map(({ name, path }) => `${name} ${path}`);
}
