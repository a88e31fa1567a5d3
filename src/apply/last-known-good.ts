import { parseCredential } from "../inspect/credential.ts";
import { readNamesAccount } from "../inspect/last-known-good.ts";
import { parseStateBytes, readStateBytes } from "../inspect/state-file.ts";
import { readCredential, readCredentialBytes } from "../inspect/read-credential.ts";
import {
  decideLastKnownGood,
  lastKnownGoodFacts,
  type LastKnownGoodDecision,
} from "../plan/decide-last-known-good.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { CREATED, type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { isSameBytes, keepBytes } from "./merge-credential.ts";
import { parentPath } from "./path.ts";

type Kind = "keep-last-known-good" | "restore-credential" | "forget-last-known-good";

/** Copies the store's login, where it is valid, with the login facts of its state file. */
export function keepLastKnownGood(action: Of<"keep-last-known-good">, fs: FileSystem): Done {
  const { copy, store, owner, temporary } = action;
  const live = readCredentialBytes(fs, store.credential);
  if (live === null || parseCredential(live.toString()).state !== "valid") return UNCHANGED;
  const kept = readCredentialBytes(fs, copy.credential);
  makeDirectories(action, fs);
  const state = parseStateBytes(readStateBytes(fs, store.state));
  const facts = state.state === "valid" ? Buffer.from(lastKnownGoodFacts(state.document)) : null;
  const common = { mode: 0o600, owner, temporary, directory: copy.directory };
  const isFactsNew = facts !== null && !isSameBytes(readStateBytes(fs, copy.state), facts);
  if (isFactsNew) writeDurably(fs, { ...common, path: copy.state, bytes: facts });
  const isNew = !isSameBytes(kept, live);
  if (isNew) writeDurably(fs, { ...common, path: copy.credential, bytes: live });
  if (!isNew && !isFactsNew) return UNCHANGED;
  return kept === null ? CREATED : UPDATED;
}

/** Puts the copy back, if the store's login is still lost or damaged; a damaged one goes to the backups. */
export function restoreCredential(action: Of<"restore-credential">, fs: FileSystem): Done {
  const { copy, store, owner, places } = action;
  const temporary = `${places.staging}-file`;
  for (;;) {
    const live = readCredentialBytes(fs, store.credential);
    const bytes = readCredentialBytes(fs, copy.credential);
    if (bytes === null || decide(action, fs) !== "restore") return UNCHANGED;
    restoreState(action, fs);
    if (live !== null && live.length > 0) keepBytes({ fs, ...places, temporary }, CREDENTIAL_NAME, live);
    const isWritten = writeDurably(fs, {
      path: store.credential,
      bytes,
      mode: 0o600,
      owner,
      temporary,
      directory: store.config,
      isStillSo: () => isSameBytes(readCredentialBytes(fs, store.credential), live),
    });
    if (isWritten) return { result: live === null ? "created" : "updated" };
  }
}

/** Login facts alone, and only where there is no state file: then the client would ask for its onboarding. */
function restoreState({ copy, store, owner, places }: Of<"restore-credential">, fs: FileSystem): void {
  const facts = readStateBytes(fs, copy.state);
  if (facts === null || parseStateBytes(facts).state !== "valid" || fs.lstat(store.state) !== null) return;
  writeDurably(fs, {
    path: store.state,
    bytes: facts,
    mode: 0o600,
    owner,
    temporary: `${places.staging}-state`,
    directory: parentPath(store.state),
    isStillSo: () => fs.lstat(store.state) === null,
  });
}

/** Removes the copy, unless the store's login has become one by now that asks for it. */
export function forgetLastKnownGood(action: Of<"forget-last-known-good">, fs: FileSystem): Done {
  const { copy } = action;
  if (decide(action, fs) !== "forget") return UNCHANGED;
  for (const path of [copy.credential, copy.state]) if (fs.lstat(path) !== null) fs.unlink(path);
  fs.syncDirectory(copy.directory);
  return UPDATED;
}

function decide({ copy, store, storeKind }: Of<Kind>, fs: FileSystem): LastKnownGoodDecision {
  return decideLastKnownGood({
    kind: storeKind,
    copy: readCredential(fs, copy.credential).state,
    isCurrent: false,
    live: readCredential(fs, store.credential).state,
    namesAccount: readNamesAccount(fs, store.state),
  });
}

function makeDirectories({ copy, owner }: Of<"keep-last-known-good">, fs: FileSystem): void {
  const missing: Path[] = [];
  for (let path: Path = copy.directory; fs.lstat(path) === null; path = parentPath(path))
    missing.unshift(path);
  for (const path of missing) {
    fs.mkdir(path, 0o700);
    if (owner !== null) fs.lchown(path, owner);
    fs.syncDirectory(parentPath(path));
  }
}
