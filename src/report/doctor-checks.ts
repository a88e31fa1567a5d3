import type { Check } from "./check.ts";
import { CHECK_GROUPS, CHECK_OF, type CheckName } from "./check-table.ts";
import { DESCRIPTIONS, type AnyDescription, type Description } from "./describe-checks.ts";
import type { Looks, SightName } from "./doctor-looks.ts";
import { ownHint, type Finding } from "./finding.ts";

/** What `live` says where nobody asked for it. */
export const LIVE_NOT_ASKED: Check = {
  name: "live",
  result: "skipped",
  seen: "not asked for: doctor --live starts Claude Code with a small prompt",
  fix: null,
};

/**
 * The rows of `doctor`, in the order of the table: each finding as a row of the check that it belongs to; for a check without any,
 * what was seen, or why it could not be.
 * @param done what was found while things were mended
 * @param home as it is shortened to `~`
 */
export function doctorChecks(looks: Looks, done: readonly Finding[], live: Check, home: string): Check[] {
  const findings = allFindings(looks, done);
  const names: CheckName[] = Object.values(CHECK_GROUPS).flat();
  return names.flatMap((name): Check[] => {
    if (name === "live") return [live];
    const rows = findings.filter(({ code }) => CHECK_OF[code] === name).map((found) => rowOf(name, found));
    const description: AnyDescription = DESCRIPTIONS[name];
    const own = describe(name, description as Description, looks, home);
    return rows.length === 0 || own.result === "failed" ? [...rows, own] : rows;
  });
}

function rowOf(name: CheckName, found: Finding): Check {
  const { code, severity, message, path } = found;
  const row = { name, result: severity, seen: message, fix: ownHint(found), code };
  return path === undefined ? row : { ...row, path };
}

function describe(name: CheckName, { sight, describe: say }: Description, looks: Looks, home: string): Check {
  const look: Looks[SightName] = looks[sight];
  if (look.failure !== null) {
    const { cause, remedy, path } = look.failure;
    return { name, result: "failed", seen: cause, fix: `${remedy}, then: claude-credentials doctor`, path };
  }
  const { result, seen, fix } = say(look.sight, home);
  return { name, result, seen, fix: fix ?? null };
}

/** What several looks found is one finding: the first that tells of it has its words. */
function allFindings(looks: Looks, done: readonly Finding[]): Finding[] {
  const found = [...Object.values(looks).map((look) => (look.failure === null ? look.findings : [])), done];
  const told = new Set<string>();
  return found.flatMap((some) => {
    const fresh = some.filter((each) => !told.has(keyOf(each)));
    for (const each of fresh) told.add(keyOf(each));
    return fresh;
  });
}

function keyOf({ code, path }: Finding): string {
  return `${code} ${path ?? ""}`;
}
