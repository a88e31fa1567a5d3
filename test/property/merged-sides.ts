import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Place, Run } from "../fault/place.ts";
import { login } from "../fault/scenarios.ts";
import { isMutating } from "../support/faulty-file-system.ts";
import { readTree } from "../support/found-tree.ts";
import { wrongIn, type Entries, type Fidelity } from "./merge-model.ts";
import type { Logins, SidesBefore } from "./two-sides.ts";

/**
 * What is not as it must be once the two sides were merged: trees, logins, leftovers.
 * @param fidelity less than all where a run before was disturbed
 */
export function wrongAfter(
  place: Place,
  { home, store }: SidesBefore,
  logins: Logins,
  fidelity: Fidelity,
): string[] {
  const after = new Map(readTree(join(place.store, ".claude-credentials")));
  after.delete(".credentials.json");
  // An owner file without its lock tells nobody anything.
  const owners = [".oauth_refresh.lock", ".storage-write.lock"].filter((lock) => !after.has(lock));
  if (fidelity !== "all") for (const lock of owners) after.delete(`${lock}.owner`);
  // What lost a conflict in a store in the work tree lies where git does not see it.
  const kept = [place.store, join(place.workspace, ".git/claude-credentials")];
  const backups = new Set(kept.map((root) => join(root, "backups")));
  const losers = [...backups].flatMap(children).map(readTree);
  const asides = children(place.home).filter((path) => path.includes(".claude.aside-"));
  const aside = new Map(asides.flatMap((path) => [...readTree(path)]));
  return [
    ...wrongIn({ home, store, after, backups: losers, aside, fidelity }),
    ...wrongLogin(place, logins, losers),
    ...[...aside.values()].filter(({ kind }) => kind === "file").map(() => "a file was left aside"),
    ...[place.home, place.store]
      .flatMap(children)
      .filter((path) => /incoming|\.lock(?:\.claim)?$/.test(path))
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

/** What a run did to the disk. */
export function changes(run: Run): string[] {
  return run.calls.filter(({ name }) => isMutating(name)).map(({ name, path }) => `${name} ${path}`);
}
