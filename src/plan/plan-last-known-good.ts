import type { Action } from "./action.ts";
import { underLocks } from "./config-actions.ts";
import { decideLastKnownGood } from "./decide-last-known-good.ts";
import type { Planning } from "./plan.ts";

/** The copy of the last valid login: made, put back, or removed. Each action decides again by what it finds. */
export function planLastKnownGood(planning: Planning): Action[] {
  const { inspection, choice, store } = planning;
  const known = inspection.lastKnownGood;
  if (known === null || choice.kind !== "store") return [];
  const { kind, credential } = choice.candidate;
  const { layout, owner } = known;
  const common = { part: "extras", copy: layout, storeKind: kind, store, owner } as const;
  const decision = decideLastKnownGood({
    kind,
    copy: known.credential.state,
    isCurrent: known.isCurrent,
    live: credential.state,
    namesAccount: known.namesAccount,
  });
  if (decision === "restore") {
    const restore: Action = {
      ...common,
      kind: "restore-credential",
      path: store.credential,
      places: planning.places("malformed"),
      reason: `the login was ${credential.state === "malformed" ? "damaged" : "lost"}, and its last known good is put back`,
    };
    return underLocks(planning, "extras", [restore]);
  }
  if (decision === "forget") {
    const reason =
      credential.state === "valid" ? "the store needs no copy" : "the login it is a copy of has ended";
    return [{ ...common, kind: "forget-last-known-good", path: layout.directory, reason }];
  }
  if (decision === "keep" || (kind === "workspace" && mayBringLogin(planning))) {
    return [
      {
        ...common,
        kind: "keep-last-known-good",
        path: layout.credential,
        temporary: planning.temporary(layout.directory, "copy"),
        reason: "a copy of the login, where nothing that git does reaches it",
      },
    ];
  }
  return [];
}

/** Whether something of this run's may bring another login into the store. */
function mayBringLogin({ inspection, choice }: Planning): boolean {
  if (choice.kind !== "store") return false;
  const { config, homeLeftovers, buildHolds } = inspection;
  const isLinked =
    (config.kind === "symlink" || config.kind === "directory") &&
    config.realPath !== null &&
    config.realPath === choice.candidate.realConfig;
  return !isLinked || buildHolds || homeLeftovers.length > 0;
}
