import { dirname } from "node:path";
import type { Stat } from "../apply/file-system.ts";
import { lastKnownGoodLayout, type StoreLayout } from "../layout.ts";
import { START_LOCK_NAME } from "../plan/lock-names.ts";
import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import { CREDENTIAL_LIMIT } from "./credential.ts";
import { FORMAT_LIMIT } from "./format-file.ts";
import { SIGN_IN_LIMIT } from "./sign-in.ts";
import { STATE_LIMIT } from "./state-file.ts";
import type { StoreKind } from "./store-candidate.ts";

/** Bytes: far above any file of patterns. */
export const IGNORE_LIMIT = 1024 * 1024;

/** Bytes: far above any file of variables. */
export const ENV_LIMIT = 1024 * 1024;

/** An entry of ours in a store, as it must be where it is there. */
export interface OwnEntry {
  readonly path: string;
  readonly type: "directory" | "file";
  /** Bytes at most, of a file. */
  readonly limit?: number;
  /** Whose it is does not matter: who makes it may be another user, rightly. */
  readonly anyOwner?: boolean;
}

/** The directories of ours in a store's root, whether they are there or not. */
export function ownDirectories(layout: StoreLayout): string[] {
  const ofContainer = dirname(layout.state);
  const others = [layout.config, layout.backups, layout.containers, layout.envVars];
  return ofContainer === layout.config ? others : [...others, ofContainer];
}

/** In the older tool's folder only the entries that are ours are ours to judge. */
export function ownEntries(layout: StoreLayout, kind: StoreKind): OwnEntry[] {
  const directories = [...(kind === "workspace" ? [] : [layout.root]), ...ownDirectories(layout)];
  return [
    ...directories.map((path) => ({ path, type: "directory" }) as const),
    { path: layout.credential, type: "file", limit: CREDENTIAL_LIMIT },
    { path: layout.state, type: "file", limit: STATE_LIMIT },
    { path: layout.envFile, type: "file", limit: ENV_LIMIT },
    { path: layout.format, type: "file", limit: FORMAT_LIMIT },
    { path: layout.signIn, type: "file", limit: SIGN_IN_LIMIT },
    { path: `${layout.root}/${START_LOCK_NAME}`, type: "directory", anyOwner: true },
    ...(kind === "git" ? copyEntries(layout.root) : []),
    ...(kind === "workspace"
      ? [{ path: `${layout.root}/.gitignore`, type: "file", limit: IGNORE_LIMIT, anyOwner: true } as const]
      : []),
  ];
}

/** Where a workspace store's last valid login is copied to. */
function copyEntries(root: string): OwnEntry[] {
  const { directory, credential, state } = lastKnownGoodLayout(root, "");
  return [
    { path: directory, type: "directory" },
    { path: credential, type: "file", limit: CREDENTIAL_LIMIT },
    { path: state, type: "file", limit: STATE_LIMIT },
  ];
}

/** What has the name of an entry of ours and cannot be one: somebody put it there. */
export function misshapen({ path, type, limit }: OwnEntry, stat: Stat | null): Finding | null {
  if (stat === null) return null;
  const isTooLarge = limit !== undefined && stat.type === "file" && stat.size > limit;
  if (stat.type === type && !isTooLarge) return null;
  const what = isTooLarge ? `${stat.size.toString()} bytes large` : describeType(stat.type);
  return finding(
    "STORE_UNSAFE",
    `${path} is ${what}, where the store has ${isTooLarge ? "a small" : "a real"} ${type}`,
    `look at it (ls -l ${quote(path)}), then move it away and run: claude-credentials start`,
    path,
  );
}

function describeType(type: Stat["type"]): string {
  return type === "symlink" ? "a symlink" : type === "fifo" ? "a FIFO" : `a ${type}`;
}
