import type { StoreCandidate } from "../inspect/store-candidate.ts";
import { FORMAT } from "../layout.ts";
import type { Action } from "./action.ts";
import { compareCredentials } from "./decide-credential.ts";
import { isAdopted, planDeliveries } from "./plan-deliveries.ts";
import { planLastKnownGood } from "./plan-last-known-good.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/** A note beside a store whose login lives elsewhere now. */
export const NOTE_NAME = "claude-credentials-moved.txt";

/** What is done once the links are right: earlier logins, what the image brought, modes, leftovers, backups. */
export function planExtras(planning: Planning): PartialPlan {
  const { choice } = planning;
  const delivered = planDeliveries(planning);
  if (choice.kind !== "store") return delivered;
  const { candidate } = choice;
  const merges = [
    ...olderCopy(planning, candidate),
    ...earlierStores(planning, candidate),
    ...imageHome(planning, candidate),
  ];
  return {
    actions: [
      ...discards(planning),
      ...merges.flatMap(({ actions }) => actions),
      ...remember(
        planning,
        candidate,
        merges.flatMap(({ digest }) => digest ?? []),
      ),
      ...delivered.actions,
      ...candidate.wrongModes.map(({ path, mode }): Action => ({
        part: "extras",
        kind: "set-mode",
        path,
        mode,
        reason: "nobody else may read it",
      })),
      ...planLastKnownGood(planning),
      {
        part: "extras",
        kind: "prune-backups",
        path: planning.store.backups,
        reason: "the last ten are kept",
      },
    ],
    findings: delivered.findings,
  };
}

interface OnceMerge {
  readonly actions: readonly Action[];
  /** Written down in the store, so that it never happens again; null where there is nothing to tell it by. */
  readonly digest: string | null;
}

function isMerged(candidate: StoreCandidate, digest: string): boolean {
  return candidate.format?.merged.includes(digest) === true;
}

function discards({ inspection, choice }: Planning): Action[] {
  const root = choice.kind === "store" ? choice.candidate.layout.root : "";
  const beside =
    choice.kind === "store" && choice.candidate.kind === "workspace" ? inspection.ignoreFiles : null;
  return inspection.storeLeftovers
    .filter((path) => path.startsWith(`${root}/`))
    .concat(beside?.leftovers ?? [], inspection.lastKnownGood?.leftovers ?? [])
    .map((path): Action => ({
      part: "extras",
      kind: "discard",
      path,
      reason: "an interrupted run left it; its sources are all there",
    }));
}

function olderCopy(planning: Planning, candidate: StoreCandidate): OnceMerge[] {
  const copy = planning.inspection.olderCopy;
  if (copy === null || isMerged(candidate, copy.digest)) return [];
  const action: Action = {
    part: "extras",
    kind: "merge-credential",
    path: copy.path,
    places: planning.places("older-copy"),
    reason: "the older tool's copy of the credential",
  };
  return [{ actions: [action], digest: copy.digest }];
}

/** Another safe place with a newer login: the user changed the variant, or had the older tool. */
function earlierStores(planning: Planning, chosen: StoreCandidate): OnceMerge[] {
  return planning.inspection.candidates.flatMap(({ candidate }): OnceMerge[] => {
    const { layout, loginDigest, credential } = candidate;
    if (layout.root === chosen.layout.root || !candidate.verdict.usable) return [];
    const isNewer =
      loginDigest !== null &&
      !isMerged(chosen, loginDigest()) &&
      compareCredentials(credential, chosen.credential) < 0;
    if (!isNewer && !isAdopted(planning, candidate)) return [];
    const note: Action = {
      part: "extras",
      kind: "write-file",
      path: `${layout.root}/${NOTE_NAME}`,
      content: `The Claude Code login that was kept here was merged into ${chosen.layout.root}.\nWhat lies here is not used any more and may be removed.\n`,
      encoding: "utf8",
      mode: 0o600,
      owner: candidate.verdict.owner,
      temporary: planning.temporary(layout.root, "note"),
      reason: "it was merged",
    };
    return [
      {
        actions: [
          {
            part: "extras",
            kind: "merge",
            path: layout.config,
            places: planning.places("earlier"),
            sourceGoes: false,
            losers: "drop",
            prefer: "store",
            except: null,
            leave: [],
            reason: isNewer
              ? "an earlier store with a newer login"
              : "adopted: what lies in an earlier store",
          },
          note,
        ],
        digest: loginDigest?.() ?? null,
      },
    ];
  });
}

function imageHome(planning: Planning, candidate: StoreCandidate): OnceMerge[] {
  const image = planning.inspection.imageHome;
  if (image === null || isMerged(candidate, image.digest)) return [];
  const action: Action = {
    part: "extras",
    kind: "merge",
    path: image.path,
    places: planning.places("image"),
    sourceGoes: false,
    losers: "drop",
    prefer: "store",
    except: null,
    leave: [],
    reason: "what the image brought, once",
  };
  return [{ actions: [action], digest: image.digest }];
}

function remember(planning: Planning, candidate: StoreCandidate, digests: readonly string[]): Action[] {
  if (digests.length === 0) return [];
  const { store, owner, temporary } = planning;
  return [
    {
      part: "extras",
      kind: "write-format",
      path: store.format,
      root: store.root,
      merged: [...(candidate.format?.version === FORMAT ? candidate.format.merged : []), ...digests],
      lookedAt: null,
      owner,
      temporary: temporary(store.root, "merged"),
      reason: "so that it is merged only once",
    },
  ];
}
