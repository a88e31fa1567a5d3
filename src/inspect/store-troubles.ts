import type { FileSystem } from "../apply/file-system.ts";
import { errnoCode } from "../errors.ts";
import { deliveredList, FORMAT, GIT_STORE_NAME, SECRETS_NAME } from "../layout.ts";
import { inWorkTree } from "../plan/choose-store.ts";
import { finding, type Finding } from "../report/finding.ts";
import { listPresent } from "./deliveries.ts";
import { readFormatFile } from "./format-file.ts";
import { newerFormat } from "./judge-store.ts";
import { mountOf, type Mount } from "./mounts.ts";
import { leftFinding } from "./objection.ts";
import { findRepository } from "./repository.ts";
import type { StoreKind } from "./store-candidate.ts";
import { workTreeAround } from "./work-tree.ts";

/** What `start` found of stores and is still so, as far as files tell: no git program is started for it. */
export function inspectStoreTroubles(
  fs: FileSystem,
  mounts: readonly Mount[],
  store: { readonly root: string; readonly kind: StoreKind } | null,
  workspace: string | null,
): Finding[] {
  try {
    return [
      ...ofStore(fs, mounts, store),
      ...ofWorkspace(fs, workspace === null ? null : fs.realpath(workspace)),
    ];
  } catch (error) {
    // A place that may not be looked at is told of elsewhere.
    if (errnoCode(error) === undefined) throw error;
    return [];
  }
}

function ofStore(
  fs: FileSystem,
  mounts: readonly Mount[],
  store: { readonly root: string; readonly kind: StoreKind } | null,
): Finding[] {
  if (store === null) return [];
  const { root, kind } = store;
  const version = readFormatFile(fs, `${root}/format`)?.version ?? null;
  return [
    ...(version !== null && version > FORMAT ? [newerFormat(root, version)] : []),
    ...(mountOf(mounts, root)?.readOnly === true ? [readOnlyMount(root)] : []),
    ...(kind === "path" && workTreeAround(fs, root) !== null ? [inWorkTree(root)] : []),
  ];
}

/** The finding for a store in which no login can be renewed. */
function readOnlyMount(root: string): Finding {
  return finding(
    "STORE_NOT_WRITABLE",
    `${root} is on a read-only mount, so the login cannot be renewed there`,
    "mount it writable, or choose another place with the Feature's option 'store'",
    root,
  );
}

function ofWorkspace(fs: FileSystem, workspace: string | null): Finding[] {
  const repository = workspace === null ? null : findRepository(fs, workspace);
  if (workspace === null || repository === null || repository.gitDirectory === null) return [];
  const root = `${workspace}/${SECRETS_NAME}`;
  const list = deliveredList(`${repository.gitDirectory}/${GIT_STORE_NAME}`);
  const present = listPresent(fs, repository.top, root, list);
  return present.length === 0 ? [] : [leftFinding(root, present)];
}
