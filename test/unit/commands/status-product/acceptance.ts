import { CREDENTIALS } from "./credentials.ts";
import { ENVS } from "./envs.ts";
import { LINKS } from "./links.ts";
import type { Row } from "./pairs.ts";
import { STORES } from "./stores.ts";

const GIT = "in the git directory";
const LINKED = "both as start makes them";

/** The states that the acceptance cases begin with or end in, by the names of the tables: credential, store, links. */
const CASES: readonly (readonly [id: string, credential: string, store: string, link: string])[] = [
  ["A01", "absent", GIT, "both, no state file yet"],
  ["A02", "valid", GIT, LINKED],
  ["A02", "valid", "a volume", LINKED],
  ["A02", "valid", "in the workspace folder", LINKED],
  ["A05", "expired, refreshable", GIT, LINKED],
  ["A07", "valid", GIT, "~/.claude is a mount"],
  ["A08", "valid", GIT, "~/.claude leads to somebody's"],
  ["A09", "valid", GIT, "~/.claude dangles"],
  ["A09", "valid", GIT, "~/.claude leads to itself"],
  ["A10", "valid", GIT, "~/.claude is a file"],
  ["A11", "valid", GIT, "~/.claude.json is a file again"],
  ["A11", "valid", GIT, "~/.claude.json leads to somebody's"],
  ["A11", "valid", GIT, "~/.claude.json dangles"],
  ["A11", "valid", GIT, "~/.claude.json is a file, cut off"],
  ["B02", "valid", GIT, "~/.claude is a FIFO"],
  ["C01", "valid", "on a read-only mount", LINKED],
  ["C03", "unreadable, root's", GIT, LINKED],
  ["C04", "valid", "closed by another owner", LINKED],
  ["C05", "valid", "on a mount that shows all as 0777", LINKED],
  ["C07", "unreadable by its mode", GIT, LINKED],
  ["D05", "cut off", GIT, LINKED],
  ["D05", "an empty file", GIT, LINKED],
  ["F02", "a colleague's, readable by the group", GIT, LINKED],
  ["F09", "valid", "in the git directory, since git brought files into the workspace's", LINKED],
];

/** Each case with the row of the product that it is. @throws where a table has no such name */
export const ACCEPTANCE: readonly (readonly [id: string, row: Row])[] = CASES.map(
  ([id, credential, store, link]) => [
    id,
    {
      credential: named(CREDENTIALS, credential),
      store: named(STORES, store),
      link: named(LINKS, link),
      env: named(ENVS, "no API mode"),
    },
  ],
);

function named<T extends { readonly name: string }>(table: readonly T[], name: string): T {
  const found = table.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the table has no ${name}`);
  return found;
}
