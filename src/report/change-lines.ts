import type { Outcome, Result } from "../apply/outcome.ts";
import { displayPath } from "../layout.ts";
import { printable } from "./printable.ts";

/** Steps on the way to something else that is told. */
const QUIET: ReadonlySet<Outcome["kind"]> = new Set([
  "make-directory",
  "write-format",
  "settle",
  "prune-backups",
  "discard",
  "clear-lock",
  "share-login-facts",
  "keep-last-known-good",
] as const);

/** True for what a person wants to know of: something changed that is no mere step. */
export function isToldChange({ kind, result }: Outcome): boolean {
  return isChange(result) && !QUIET.has(kind);
}

function isChange(result: Result): boolean {
  return result === "created" || result === "updated";
}

/** One line for each path, saying all that happened to it. */
export function changeLines(changes: readonly Outcome[], home: string): string[] {
  const paths = [...new Set(changes.map(({ path }) => path))];
  return paths.map((path) => {
    const reasons = changes.filter((change) => change.path === path).map(({ reason }) => printable(reason));
    return `  ${printable(displayPath(path, home))}: ${reasons.join("; ")}`;
  });
}
