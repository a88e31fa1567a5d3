import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { makePlace, write, type Place } from "../fault/place.ts";
import { login, twoFileSystems } from "../fault/scenarios.ts";
import type { FaultyOptions } from "../support/faulty-file-system.ts";
import { readTree } from "../support/found-tree.ts";
import { randomTree, writeTree, type Tree } from "../support/random-tree.ts";
import type { Entries } from "./merge-model.ts";

/** A home and a store that are about to meet. */
export interface Sides {
  readonly home: Tree;
  readonly store: Tree;
  readonly logins: Logins;
  readonly storeBelow: Parameters<typeof makePlace>[0];
  /** True where home and store are on two file systems. */
  readonly areApart: boolean;
  readonly homeMode: number;
}

/** When the logins of both sides expire; null is none. */
export interface Logins {
  readonly home: number | null;
  readonly store: number | null;
}

/** The two directories as they are found before `start`, without their logins. */
export interface SidesBefore {
  readonly home: Entries;
  readonly store: Entries;
}

const expiry = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: null });

export const randomSides: fc.Arbitrary<Sides> = fc.record({
  home: randomTree,
  store: fc.oneof(
    { weight: 1, arbitrary: fc.constant<Tree>(new Map()) },
    { weight: 3, arbitrary: randomTree },
  ),
  logins: fc.record({ home: expiry, store: expiry }),
  storeBelow: fc.constantFrom("git" as const, "secrets" as const, "elsewhere" as const),
  areApart: fc.boolean(),
  homeMode: fc.constantFrom(0o700, 0o755, 0o500),
});

export interface BuiltSides {
  readonly place: Place;
  readonly before: SidesBefore;
  readonly fileSystems: Pick<FaultyOptions, "deviceOf">;
}

/** Makes both sides in a place of their own, which the caller removes. */
export function buildSides({ home, store, logins, storeBelow, areApart, homeMode }: Sides): BuiltSides {
  const place = makePlace(storeBelow);
  const [client, live] = [join(place.home, ".claude"), join(place.store, ".claude-credentials")];
  for (const directory of [client, place.store, live]) mkdirSync(directory, { mode: 0o700, recursive: true });
  writeTree(client, home);
  writeTree(live, store);
  const before = { home: readTree(client), store: readTree(live) };
  if (logins.home !== null) write(join(client, ".credentials.json"), login("home", logins.home));
  if (logins.store !== null) write(join(live, ".credentials.json"), login("store", logins.store));
  chmodSync(client, homeMode);
  return { place, before, fileSystems: areApart ? twoFileSystems(place) : {} };
}
