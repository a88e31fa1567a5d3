import { CREDENTIALS, type CredentialState } from "./credentials.ts";
import type { EnvState } from "./env-state.ts";
import { ENVS } from "./envs.ts";
import { LINKS, type LinkState } from "./links.ts";
import { STORES, type StoreState } from "./stores.ts";

/** One state of a machine. */
export interface Row {
  readonly credential: CredentialState;
  readonly store: StoreState;
  readonly link: LinkState;
  readonly env: EnvState;
}

export function nameOf({ credential, store, link, env }: Row): string {
  return `${credential.name} / ${store.name} / ${link.name} / ${env.name}`;
}

/** Whether a client comes to the credential at all. */
export function isSeen({ store, link }: Row): boolean {
  return link.view === "store" ? store.closedBy === undefined : link.view !== "nowhere";
}

/** The two by two values that a row shows together: what nothing leads to shows nothing. */
export function pairsOf(row: Row): string[] {
  const { credential, store, link, env } = row;
  const isStoreSeen = link.view === "store";
  return [
    `link ${link.name} + store ${store.name}`,
    `link ${link.name} + env ${env.name}`,
    `link ${link.name} + credential ${credential.name}`,
    ...(isStoreSeen && isSeen(row) ? [`store ${store.name} + credential ${credential.name}`] : []),
    ...(isStoreSeen ? [`store ${store.name} + env ${env.name}`] : []),
    ...(isSeen(row) ? [`credential ${credential.name} + env ${env.name}`] : []),
  ];
}

/** A mount that shows every mode as its own knows no modes that somebody set. */
function isPossible({ credential, store }: Row): boolean {
  return store.mode === undefined || (credential.mode === undefined && credential.owner === undefined);
}

function* allRows(): Generator<Row> {
  for (const credential of CREDENTIALS)
    for (const store of STORES)
      for (const link of LINKS)
        for (const env of ENVS) {
          const row = { credential, store, link, env };
          if (isPossible(row)) yield row;
        }
}

/** Every pair that some row shows. */
export function allPairs(): Set<string> {
  return new Set([...allRows()].flatMap(pairsOf));
}

/** Rows that show every pair, few of them: each time the next row that shows enough that no row before it did. */
export function pairwiseRows(): Row[] {
  const rows: Row[] = [];
  const shown = new Set<string>();
  const all = [...allRows()];
  for (let enough = 6; enough > 0; enough -= 1) {
    for (const row of all) {
      const fresh = pairsOf(row).filter((pair) => !shown.has(pair));
      if (fresh.length < enough) continue;
      rows.push(row);
      for (const pair of fresh) shown.add(pair);
    }
  }
  return rows;
}
