import type { RankedCandidate } from "../inspect/inspection.ts";
import type { StoreCandidate } from "../inspect/store-candidate.ts";
import type { Finding } from "../report/finding.ts";
import type { Action } from "./action.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/**
 * What is written down of files that git brought into the workspace's store: those that are there, in the git
 * directory; and in the store how far git's log was looked at, once none is or the user said that they are his.
 */
export function planDeliveries(planning: Planning): PartialPlan {
  const { candidates } = planning.inspection;
  const actions = candidates.flatMap(({ candidate }) => [
    ...listThem(planning, candidate),
    ...noteThatLooked(planning, candidate),
  ]);
  return { actions, findings: candidates.flatMap((ranked) => repeated(planning, ranked)) };
}

/** True where the user says that what git brought into a store is his, and it is there. */
export function isAdopted({ options }: Planning, { deliveries, verdict }: StoreCandidate): boolean {
  return options.adopt && verdict.usable && deliveries !== null && deliveries.present.length > 0;
}

function listThem(planning: Planning, candidate: StoreCandidate): Action[] {
  const { inspection, temporary } = planning;
  const list = candidate.deliveries?.list ?? null;
  const content = isAdopted(planning, candidate) ? list?.without : list?.withPresent;
  if (list === null || content === null || content === undefined) return [];
  const git = inspection.candidates.find(({ candidate: { kind } }) => kind === "git")?.candidate.verdict;
  const owner = git?.usable === true ? git.owner : null;
  const directory = list.path.slice(0, list.path.lastIndexOf("/"));
  const common = {
    part: "extras",
    owner,
    reason: "what git brought into a store must not be taken over",
  } as const;
  return [
    {
      ...common,
      kind: "make-directory",
      path: directory,
      mode: 0o700,
      making: "mkdir",
      user: inspection.user,
    },
    {
      ...common,
      kind: "write-file",
      path: list.path,
      content,
      encoding: "utf8",
      mode: 0o600,
      temporary: temporary(directory, "delivered"),
    },
  ];
}

function noteThatLooked(planning: Planning, candidate: StoreCandidate): Action[] {
  const { choice, temporary } = planning;
  const { deliveries, verdict, layout, format } = candidate;
  const isChosen = choice.kind === "store" && choice.candidate.layout.root === layout.root;
  if (!verdict.usable || deliveries === null || deliveries.position === null) return [];
  const isRight = isAdopted(planning, candidate) || (isChosen && deliveries.present.length === 0);
  if (!isRight) return [];
  return [
    {
      part: "extras",
      kind: "write-format",
      path: layout.format,
      root: layout.root,
      merged: format?.merged ?? [],
      lookedAt: deliveries.position,
      owner: verdict.owner,
      temporary: temporary(layout.root, "looked"),
      reason: "nothing that git brought is left in it, or it was adopted",
    },
  ];
}

/** A store that is not used, said again also where a better place is found before it is come to. */
function repeated({ inspection, choice }: Planning, { candidate, eligible }: RankedCandidate): Finding[] {
  if (choice.kind !== "store" || candidate.verdict.usable || !candidate.holdsConfig) return [];
  const { finding } = candidate.verdict;
  if (!["STORE_TRACKED_BY_GIT", "STORE_QUARANTINED"].includes(finding.code)) return [];
  const order = inspection.candidates.map((ranked) => ranked.candidate.layout.root);
  const wasPassedOver =
    eligible && order.indexOf(candidate.layout.root) < order.indexOf(choice.candidate.layout.root);
  return wasPassedOver ? [] : [finding];
}
