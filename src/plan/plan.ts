import type { Owner } from "../apply/file-system.ts";
import type { Inspection } from "../inspect/inspection.ts";
import type { StoreLayout } from "../layout.ts";
import type { Finding } from "../report/finding.ts";
import type { Action, MergePlaces } from "./action.ts";
import { chooseStore, storeLayoutOf, type Choice } from "./choose-store.ts";
import type { EnvWish } from "./env-wish.ts";
import { planConfig } from "./plan-config.ts";
import { envPaths, isApiMode, planEnv } from "./plan-env.ts";
import { planExtras } from "./plan-extras.ts";
import { planLocks } from "./plan-locks.ts";
import { INCOMING_PREFIX } from "./plan-merge.ts";
import { planState } from "./plan-state.ts";
import { planStore } from "./plan-store.ts";

/** What the user asked for beyond what was found. */
export interface PlanOptions {
  /** Merge a copy of what a foreign link leads to, and re-point. */
  readonly adopt: boolean;
  /** A state file for each container; the id names this one, null where it is not known. */
  readonly perContainer: boolean;
  readonly devcontainerId: string | null;
  /** Owner of what is made in the home: the remote user while root builds the image, else null. */
  readonly homeOwner: Owner | null;
  readonly env: EnvWish;
}

/** All that is to be done, decided, with the names that the actions use. */
export interface Plan {
  readonly choice: Choice;
  readonly store: StoreLayout;
  /** The configuration directory where it is not led into the store, and whether it outlives the container by itself. */
  readonly leftAlone: { readonly path: string; readonly persistent: boolean } | null;
  /** Whether the API mode is set: then nobody needs to log in. */
  readonly isApiMode: boolean;
  /** Paths of the API mode by which the next start sees that there is something to do. */
  readonly watched: readonly string[];
  readonly actions: readonly Action[];
  readonly findings: readonly Finding[];
}

/** What the partial plans share. */
export interface Planning {
  readonly inspection: Inspection;
  readonly options: PlanOptions;
  readonly choice: Choice;
  readonly store: StoreLayout;
  readonly owner: Owner | null;
  /** A name in a directory that nothing has. */
  readonly temporary: (directory: string, what: string) => string;
  /** Where a merge puts things; `why` ends the backup's name. */
  readonly places: (why: string) => MergePlaces;
  /** `~/.claude.aside-<time>` for what cannot be in the store. */
  readonly aside: (path: string) => string;
}

/** Decides everything from one inspection; reads and writes nothing. */
export function plan(inspection: Inspection, options: PlanOptions): Plan {
  const { choice, findings } = chooseStore(inspection);
  const store = storeLayoutOf(choice, inspection.homeLayout);
  const planning = createPlanning(inspection, options, choice, store);
  const config = planConfig(planning);
  const parts = [
    planStore(planning),
    config,
    planState(planning),
    planExtras(planning),
    planEnv(planning),
    planLocks(planning),
  ];
  return {
    choice,
    store,
    leftAlone: leftAlone(inspection, choice, config),
    isApiMode: isApiMode(planning),
    watched: envPaths(planning),
    actions: parts.flatMap(({ actions }) => actions),
    findings: [...findings, ...parts.flatMap((part) => part.findings)],
  };
}

/** A link of somebody else's, what cannot be looked at, what must not be moved. */
function leftAlone({ config, homeLayout }: Inspection, choice: Choice, part: PartialPlan): Plan["leftAlone"] {
  const isLeft = part.findings.length > 0 || (config.kind === "mounted" && !config.isDirectory);
  if (choice.kind !== "store" || !isLeft) return null;
  const persistent = (config.kind === "symlink" || config.kind === "directory") && config.persistent;
  return { path: homeLayout.config, persistent };
}

/** A part of the plan. */
export interface PartialPlan {
  readonly actions: readonly Action[];
  readonly findings: readonly Finding[];
}

/** What the partial plans are made from. */
export function createPlanning(
  inspection: Inspection,
  options: PlanOptions,
  choice: Choice,
  store: StoreLayout,
): Planning {
  const { now, nonce } = inspection;
  const owner = choice.kind === "store" ? choice.verdict.owner : null;
  const time = compactTime(now);
  const temporary = (directory: string, what: string): string =>
    `${directory}/${INCOMING_PREFIX}${nonce}-${what}`;
  return {
    inspection,
    options,
    choice,
    store,
    owner,
    temporary,
    places: (why) => ({
      target: store.config,
      backups: store.backups,
      backupName: `${time}-${why}`,
      staging: temporary(store.root, why),
      owner,
    }),
    aside: (path) => `${path}.aside-${time}`,
  };
}

/** `20261122T200612123Z`: sorts by time, and is a name everywhere. */
export function compactTime(now: number): string {
  return new Date(now).toISOString().replace(/[-:.]/g, "");
}
