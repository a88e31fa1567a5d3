import type { OwnStore, UninstallInspection } from "../inspect/inspect-uninstall.ts";
import type { UninstallOptions } from "../uninstall-options.ts";
import type { MergePlaces } from "./action.ts";
import { chooseStore, storeLayoutOf } from "./choose-store.ts";
import { INCOMING_PREFIX } from "./plan-merge.ts";
import { compactTime, createPlanning, type Planning } from "./plan.ts";

/** What the partial plans of `uninstall` share. */
export interface Undoing {
  readonly planning: Planning;
  readonly seen: UninstallInspection;
  readonly stores: readonly FatedStore[];
  /** The home's own place for what lost against something, and for tokens: nothing of it is deleted silently. */
  readonly kept: string;
  /** Where a merge into a directory of the home puts things. */
  readonly places: (target: string, why: string) => MergePlaces;
}

/** A store of ours, and why it stays; null where it goes. */
export interface FatedStore extends OwnStore {
  readonly stays: { readonly why: string; readonly asked: boolean } | null;
}

/** What is called so in what people read of a merge that goes the other way. */
export const HOME_PLACE = "the home";

export function createUndoing(seen: UninstallInspection, options: UninstallOptions): Undoing {
  const { inspection } = seen;
  const { choice } = chooseStore(inspection);
  const store = storeLayoutOf(choice, inspection.homeLayout);
  const planning = createPlanning(inspection, { ...options, homeOwner: null }, choice, store);
  const kept = `${inspection.homeLayout.buildRoot}/backups`;
  return {
    planning,
    seen,
    stores: seen.stores.map((own) => ({ ...own, stays: whyItStays(own, seen, options) })),
    kept,
    places: (target, why) => ({
      target,
      backups: kept,
      backupName: `${compactTime(inspection.now)}-${why}`,
      staging: `${target}/${INCOMING_PREFIX}${inspection.nonce}-${why}`,
      owner: null,
      into: HOME_PLACE,
    }),
  };
}

/** A store is removed only where what leads to it can be known: other containers, and other projects, cannot be seen. */
function whyItStays(
  { candidate, containers }: OwnStore,
  { inspection }: UninstallInspection,
  { keepStore, isShared }: UninstallOptions,
): FatedStore["stays"] {
  const { kind, realConfig, layout } = candidate;
  const { config, tops } = inspection;
  const stays = (why: string): FatedStore["stays"] => ({ why, asked: false });
  if (keepStore) return { why: "it was asked for", asked: true };
  if (config.kind === "directory" && config.realPath === realConfig)
    return stays("it is itself what Claude Code uses");
  if (isShared || containers.length > 0) return stays("other containers may use it");
  if (kind === "path" && !tops.some((top) => layout.root.startsWith(`${top}/`)))
    return stays("it lies outside of the project, and others may use it");
  return null;
}
