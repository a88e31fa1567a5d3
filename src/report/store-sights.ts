import { describeAction } from "../plan/action.ts";
import { displayPath } from "../layout.ts";
import type { Sight } from "./check.ts";
import type { Sights } from "./doctor-looks.ts";
import { pendingActions } from "./pending.ts";
import { KINDS } from "./render-status.ts";

const NONE: Sight = { result: "skipped", seen: "there is no store" };
/** So many are named. */
const NAMED = 3;

type Status = Sights["status"];

export function describeStore({ report: { store, persistent } }: Status): Sight {
  if (store === null) return NONE;
  const kept = persistent ? "outlives rebuilds" : "goes with the container";
  return { result: "ok", seen: `${store.root}, ${KINDS[store.kind]}; ${kept}` };
}

export function describeOwner({ look: { status } }: Status): Sight {
  if (status.store === null) return NONE;
  return {
    result: "ok",
    seen: `the login can be read and written by you (uid ${status.user.uid.toString()})`,
  };
}

export function describeBuildContext({ report: { store } }: Status): Sight {
  return store === null
    ? NONE
    : { result: "ok", seen: "no image build of the project takes the store along" };
}

export function describeAgentAccess({ report: { store } }: Status): Sight {
  return store === null
    ? NONE
    : { result: "ok", seen: "nothing was found by which an agent's tools read it" };
}

export function describeModes({ choice }: Sights["start"]): Sight {
  return choice.kind === "none" ? NONE : { result: "ok", seen: "the file system keeps owners and modes" };
}

export function describeGit({ choice, store }: Sights["start"]): Sight {
  if (choice.kind === "none") return NONE;
  const kind = choice.kind === "own" ? choice.storeKind : choice.candidate.kind;
  switch (kind) {
    case "git":
      return { result: "ok", seen: `${store.root} is in the git directory, which git does not track` };
    case "workspace":
      return { result: "ok", seen: `git ignores ${store.root}, and tracks nothing in it` };
    case "mount":
    case "path":
      return { result: "ok", seen: `${store.root} is in no work tree` };
  }
}

/** @param home as it is shortened to `~` */
export function describePending({ actions, choice }: Sights["start"], home: string): Sight {
  const pending = pendingActions(actions);
  if (pending.length === 0)
    return choice.kind === "none" ? NONE : { result: "ok", seen: "a start has nothing to do" };
  const named = pending
    .slice(0, NAMED)
    .map((action) => `${describeAction(action)} (${displayPath(action.path, home)})`);
  const more = pending.length > NAMED ? [`${(pending.length - NAMED).toString()} more`] : [];
  return {
    result: "info",
    seen: `a start would: ${[...named, ...more].join("; ")}`,
    fix: "claude-credentials doctor --fix   or: claude-credentials start",
  };
}
