import type { Credential } from "../inspect/credential.ts";
import type { Action } from "./action.ts";
import { compareCredentials } from "./decide-credential.ts";
import { decideLastKnownGood } from "./decide-last-known-good.ts";
import { credentialLocks } from "./lock-names.ts";
import { CREDENTIAL_NAME, STATE_NAME } from "./plan-merge.ts";
import type { Undoing } from "./undoing.ts";

/** Ends the name of a directory that is a copy until it has its place: an interrupted run's may go. */
export const BACK = "back";

/** A directory of which all is brought back. */
export interface ReturnSource {
  readonly path: string;
  /** Claude Code's on it; none where nobody else knows of it. */
  readonly locks: readonly string[];
  /** Ends the name of a backup. */
  readonly why: string;
  /** Names in it that are mounts. */
  readonly leave: readonly string[];
}

export interface ReturnSources {
  readonly directories: readonly ReturnSource[];
  /** Paths of single credentials that may be better than those. */
  readonly credentials: readonly string[];
}

/**
 * Where the home's things are: the stores of ours, the store that the link leads to, the image's own directory, what an
 * interrupted `start` renamed; and the last known good where the store's own login was lost.
 * @param linked real path of what `~/.claude` leads to, or null
 */
export function returnSources(undoing: Undoing, linked: string | null): ReturnSources {
  const { planning, seen, stores } = undoing;
  const { buildConfig, buildHolds, buildMounts, candidates } = planning.inspection;
  const isReal = planning.inspection.config.kind === "directory";
  const own = stores.filter(
    ({ candidate, stays }) =>
      candidate.holdsConfig &&
      (!isReal || stays === null || compareCredentials(candidate.credential, seen.homeCredential) < 0),
  );
  const others = candidates.filter(
    ({ candidate }) =>
      linked !== null &&
      candidate.realConfig === linked &&
      stores.every((store) => store.candidate !== candidate),
  );
  const directories = [...own, ...others].map(({ candidate: { layout, realConfig } }, index) => ({
    path: layout.config,
    locks: credentialLocks(layout.config, realConfig ?? layout.config),
    why: index === 0 ? "uninstall" : `uninstall-${(index + 1).toString()}`,
    leave: [],
  }));
  const build =
    buildConfig !== null && buildHolds
      ? [
          {
            path: buildConfig,
            locks: credentialLocks(buildConfig, buildConfig),
            why: "build",
            leave: buildMounts,
          },
        ]
      : [];
  return {
    directories: [...directories, ...build, ...interrupted(undoing)],
    credentials: [...betterElsewhere(undoing), ...lastKnownGood(undoing)],
  };
}

/** What an interrupted `start` renamed is the newest that there is of it. */
export function interrupted({ planning }: Undoing): ReturnSource[] {
  const { homeLeftovers, homeLayout } = planning.inspection;
  return homeLeftovers
    .filter(
      ({ path, type }) => type === "directory" && !path.endsWith(`-${BACK}`) && path !== homeLayout.config,
    )
    .map(({ path }, index) => ({ path, locks: [], why: `resumed-${(index + 1).toString()}`, leave: [] }));
}

/** A place that is not ours to remove, with a better login than all of ours. */
function betterElsewhere({ planning, seen, stores }: Undoing): string[] {
  const isBest = (credential: Credential): boolean =>
    [seen.homeCredential, ...stores.map(({ candidate }) => candidate.credential)].every(
      (other) => compareCredentials(credential, other) < 0,
    );
  return planning.inspection.candidates
    .filter(
      ({ candidate }) =>
        candidate.verdict.usable &&
        candidate.loginDigest !== null &&
        stores.every((store) => store.candidate !== candidate) &&
        isBest(candidate.credential),
    )
    .map(({ candidate }) => candidate.layout.credential);
}

function lastKnownGood({ planning, seen }: Undoing): string[] {
  const { inspection, choice } = planning;
  const known = inspection.lastKnownGood;
  if (known === null || choice.kind !== "store" || seen.homeCredential.state === "valid") return [];
  const decision = decideLastKnownGood({
    kind: choice.candidate.kind,
    copy: known.credential.state,
    isCurrent: known.isCurrent,
    live: choice.candidate.credential.state,
    namesAccount: known.namesAccount,
  });
  return decision === "restore" ? [known.layout.credential] : [];
}

/** All of it merged into one directory; the state file has its own place, but for `CLAUDE_CONFIG_DIR`. */
export function mergeSources(undoing: Undoing, sources: ReturnSources, target: string): Action[] {
  const hasOwnState = undoing.planning.inspection.homeLayout.state !== null;
  const merges = sources.directories.map(({ path, why, leave }): Action => ({
    part: "config",
    kind: "merge",
    path,
    places: undoing.places(target, why),
    sourceGoes: false,
    losers: "keep",
    prefer: "newer",
    except: null,
    leave: hasOwnState ? [...leave, STATE_NAME] : leave,
    reason: "what it holds belongs into the home",
  }));
  const credentials = sources.credentials.map((path, index): Action => ({
    part: "config",
    kind: "merge-credential",
    path,
    places: undoing.places(target, `login-${(index + 1).toString()}`),
    reason: `its login is the better one (${CREDENTIAL_NAME})`,
  }));
  return [...merges, ...credentials];
}
