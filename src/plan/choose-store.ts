import type { Inspection, RankedCandidate } from "../inspect/inspection.ts";
import type { StoreCandidate, StoreKind, Verdict } from "../inspect/store-candidate.ts";
import { ownStoreLayout, storeLayout, type HomeLayout, type StoreLayout } from "../layout.ts";
import { finding, type Finding } from "../report/finding.ts";

/** Where the login is to be kept. */
export type Choice =
  /** The configuration directory persists by itself and is left where it is. */
  | {
      readonly kind: "own";
      readonly layout: StoreLayout;
      readonly storeKind: "mount" | "path";
      readonly persistent: boolean;
      readonly reason: string;
    }
  | {
      readonly kind: "store";
      readonly candidate: StoreCandidate;
      readonly verdict: Verdict & { usable: true };
      readonly persistent: boolean;
      readonly reason: string;
    }
  /** Nothing is usable: the login lives as long as the container. */
  | { readonly kind: "none" };

export interface ChosenStore {
  readonly choice: Choice;
  readonly findings: readonly Finding[];
}

/** The copy of a login, and the API mode, are looked at for the store that was chosen. */
type Seen = Omit<Inspection, "lastKnownGood" | "env">;

/** Chooses by what was found alone; see the design's order of stores. */
export function chooseStore(inspection: Seen): ChosenStore {
  const own = ownStore(inspection);
  if (own !== null) {
    const findings = own.persistent
      ? []
      : [notPersistent(own.layout.root, "it is mounted from memory or from the container itself")];
    return { choice: own, findings };
  }
  const findings: Finding[] = [];
  for (const { candidate, reason, eligible } of insideOf(inspection) ?? inspection.candidates) {
    if (!eligible) continue;
    const { verdict } = candidate;
    if (!verdict.usable) {
      findings.push(verdict.finding);
      // An empty store beside it would split the login.
      if (verdict.finding.code === "STORE_NEWER") return { choice: { kind: "none" }, findings };
      continue;
    }
    if (!candidate.persistent)
      findings.push(notPersistent(candidate.layout.root, "that place goes with the container"));
    if (!verdict.keepsModes) {
      findings.push(
        finding(
          "STORE_MODE_IGNORED",
          `the file system of ${candidate.layout.root} does not keep owners and modes: who can read the login there is the host's matter`,
          "nothing to do if you trust the host; else choose a named volume or another place with the Feature's option 'store'",
          candidate.layout.root,
        ),
      );
    }
    if (candidate.ownIgnore !== null) findings.push(inWorkTree(candidate.layout.root));
    return {
      choice: { kind: "store", candidate, verdict, persistent: candidate.persistent, reason },
      findings,
    };
  }
  return { choice: { kind: "none" }, findings: findings.length > 0 ? findings : [nowhere(inspection)] };
}

/** The store that CLAUDE_CONFIG_DIR leads into by itself, alone. */
function insideOf({ config, homeLayout, candidates }: Seen): RankedCandidate[] | null {
  if (homeLayout.state !== null || config.kind !== "directory") return null;
  const inside = candidates.find(({ candidate }) => candidate.realConfig === config.realPath);
  return inside === undefined
    ? null
    : [{ ...inside, reason: "CLAUDE_CONFIG_DIR leads there", eligible: true }];
}

/** The finding for a store at a path of the user's choice inside a work tree. */
export function inWorkTree(root: string): Finding {
  return finding(
    "STORE_IN_WORK_TREE",
    `${root} lies in a repository's work tree: git clean -fdx and git stash --all take it away, and so does a branch that has files at its path`,
    "set the Feature's option 'store' to git, or to a path outside of the work tree: what is there now is merged into the new place",
    root,
  );
}

function notPersistent(path: string, why: string): Finding {
  return finding(
    "STORE_NOT_PERSISTENT",
    `${path} does not outlive the container: ${why}`,
    "open the project with its folder mounted into the container, or mount a volume at /var/lib/claude-credentials",
    path,
  );
}

function nowhere(inspection: Seen): Finding {
  const { wantedStore, missingWorkspace } = inspection;
  if (missingWorkspace !== null) {
    return finding(
      "STORE_NOT_PERSISTENT",
      `the workspace folder ${missingWorkspace} is not there, and no volume is mounted, so there is no place that outlives the container`,
      "name the workspace folder: claude-credentials start --workspace DIR",
      missingWorkspace,
    );
  }
  if (wantedStore === "git") {
    return finding(
      "STORE_NOT_PERSISTENT",
      "the option 'store' says git, and the workspace folder lies in no git directory of yours",
      "run git init there, or choose another place with the option 'store'",
    );
  }
  return finding(
    "STORE_NOT_PERSISTENT",
    "no workspace folder is known and no volume is mounted, so there is no place that outlives the container",
    "name the workspace folder: claude-credentials start --workspace DIR",
  );
}

function ownStore(inspection: Seen): (Choice & { kind: "own" }) | null {
  const { config, homeLayout, candidates, buildConfig } = inspection;
  if (config.kind === "mounted" && config.isDirectory) {
    return {
      kind: "own",
      layout: ownStoreLayout(config.realPath),
      storeKind: "mount",
      persistent: config.persistent,
      reason: "it is a mount: persisted already, left alone",
    };
  }
  // `~/.claude` itself is brought into the store wherever it lies; another directory that the user chose is his.
  if (homeLayout.state !== null) return null;
  const known = [buildConfig, ...candidates.map(({ candidate }: RankedCandidate) => candidate.realConfig)];
  const isDirectory = config.kind === "directory" || config.kind === "absent";
  if (isDirectory && config.persistent && !known.includes(config.realPath)) {
    return {
      kind: "own",
      layout: ownStoreLayout(config.realPath),
      storeKind: "path",
      persistent: true,
      reason: "CLAUDE_CONFIG_DIR leads to persistent storage: left alone",
    };
  }
  return null;
}

export function storeKindOf(choice: Choice): StoreKind | null {
  if (choice.kind === "none") return null;
  return choice.kind === "own" ? choice.storeKind : choice.candidate.kind;
}

/** Where everything lies in the store that was chosen; without one, in the image's own directory. */
export function storeLayoutOf(choice: Choice, { buildRoot }: HomeLayout): StoreLayout {
  if (choice.kind === "own") return ownStoreLayout(choice.layout.config);
  return choice.kind === "none" ? storeLayout(buildRoot) : choice.candidate.layout;
}
