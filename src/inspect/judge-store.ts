import type { FileSystem, Owner, Stat } from "../apply/file-system.ts";
import { FORMAT, type StoreLayout } from "../layout.ts";
import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import type { FormatFile } from "./format-file.ts";
import { mountOf } from "./mounts.ts";
import { misshapen, ownEntries } from "./own-entries.ts";
import { probeManners } from "./probe.ts";
import type { CandidateQuestion, Making, Verdict } from "./store-candidate.ts";

/** Whether a place may hold the store, by its path, its owners, its format and what git says; see "Safe" in the design. */
export function judge(
  fs: FileSystem,
  question: CandidateQuestion,
  layout: StoreLayout,
  format: FormatFile | null,
  identity: string | null,
): Verdict {
  const { kind, root } = question;
  const isNewer = format !== null && format.version !== null && format.version > FORMAT;
  // What lies in a newer store is not ours to judge.
  for (const path of components(question, isNewer ? null : layout)) {
    const stat = fs.lstat(path);
    if (stat === null) break;
    if (stat.type !== "directory") {
      const what = stat.type === "symlink" ? "a symlink" : `a ${stat.type}`;
      return refuse(
        finding(
          "STORE_UNSAFE",
          `${path} is ${what}, where the store needs a real directory`,
          `look at it (ls -l ${quote(path)}), then move it away`,
          path,
        ),
      );
    }
  }
  let keepsModes = true;
  /** Whom the mount shows as the owner of everything, where it does not keep owners. */
  let shown: number | null = null;
  for (const entry of isNewer ? [{ path: layout.format, type: "file" } as const] : ownEntries(layout, kind)) {
    const { path } = entry;
    const stat = fs.lstat(path);
    if (stat === null) continue;
    const trouble = misshapen(entry, stat);
    if (trouble !== null) return refuse(trouble);
    if (entry.anyOwner === true || isOurs(question, stat) || stat.uid === shown) continue;
    const manners =
      question.mayProbe && fs.canWrite(path) && stat.type === "directory" ? probeManners(fs, path) : null;
    if (manners !== null && manners.shownOwner.uid === stat.uid) {
      keepsModes = false;
      shown = stat.uid;
      continue;
    }
    if (
      path === root &&
      !fs.list(root).some((name) => name.toString() === ".claude-credentials") &&
      question.canSudo()
    ) {
      return { usable: true, making: "sudo-chown", owner: null, keepsModes };
    }
    return ofAnotherUser(fs, question, path, stat);
  }

  // Somebody's repository must not get a say in that: it is asked about first.
  if (isNewer) return refuse(question.objection(format, identity) ?? newerFormat(root, format.version));
  const making = howToMake(fs, question, layout);
  if (typeof making !== "string") return refuse(making);
  const objection = question.objection(format, identity);
  if (objection !== null) return refuse(objection);
  return { usable: true, making, owner: ownerOfNew(fs, question, root), keepsModes };
}

export function refuse(trouble: Finding): Verdict {
  return { usable: false, finding: trouble };
}

/** The finding for a store whose format number is higher than ours. */
export function newerFormat(root: string, version: number | null): Finding {
  return finding(
    "STORE_NEWER",
    `${root} was written by a newer claude-credentials (format ${String(version)}), so nothing in it is touched, and no other place is used beside it`,
    "update the Feature in devcontainer.json and rebuild",
    root,
  );
}

/**
 * A volume is one project's, so what an earlier user id left on it is this user's; from one that several containers
 * share nobody may take a login. What root left is taken from nobody.
 */
export function ofAnotherUser(
  fs: FileSystem,
  question: CandidateQuestion,
  path: string,
  stat: Stat | null,
): Verdict {
  const owner = fs.lstat(question.root)?.uid;
  const isMendable = question.kind === "mount" && (stat?.uid === owner || stat?.uid === 0);
  const isTaken = question.isShared && owner !== question.user.uid && owner !== 0;
  return isMendable && question.canSudo() && !(isTaken && question.holdsLogin())
    ? { usable: true, making: "sudo-chown-tree", owner: null, keepsModes: true }
    : refuse(wrongOwner(question, path, stat));
}

/** Every directory from the base down to the configuration directory, or to the root where there is no layout. */
function components(question: CandidateQuestion, layout: StoreLayout | null): string[] {
  const { base, root } = question;
  const below = base === null ? [] : root.slice(base.length + 1).split("/");
  const above =
    base === null ? [root] : below.map((_, index) => `${base}/${below.slice(0, index + 1).join("/")}`);
  return layout === null ? above : [...above, layout.config];
}

function isOurs(question: CandidateQuestion, stat: Stat): boolean {
  const { user, workspaceOwner, kind } = question;
  if (stat.uid === user.uid) return true;
  // Root uses what it finds on a volume, and what belongs to the workspace's owner below a workspace.
  return user.uid === 0 && (kind === "mount" || kind === "path" || stat.uid === workspaceOwner?.uid);
}

/** The finding for an entry of another user's, with the command that gives the store to this one. */
export function wrongOwner(question: CandidateQuestion, path: string, stat: Stat | null): Finding {
  const { uid, gid } = question.user;
  const owner = `${uid.toString()}:${gid.toString()}`;
  return finding(
    "STORE_WRONG_OWNER",
    `${path} belongs to uid ${stat?.uid.toString() ?? "?"}, and you are uid ${uid.toString()}${question.isShared ? "; who takes it ends the login of containers that use it" : ""}`,
    `sudo chown -hR ${owner} ${quote(question.root)}   then: ${startAgain(question)}`,
    path,
  );
}

/** What it takes until the store's root can be written to, or the finding that it cannot be. */
function howToMake(fs: FileSystem, question: CandidateQuestion, layout: StoreLayout): Making | Finding {
  const { root, user } = question;
  let path = fs.lstat(layout.config) === null ? root : layout.config;
  while (fs.lstat(path) === null) path = path.slice(0, path.lastIndexOf("/")) || "/";
  const rootExists = fs.lstat(root) !== null;
  if (fs.canWrite(path) && (!rootExists || fs.canWrite(root))) return rootExists ? "none" : "mkdir";
  const readOnly = mountOf(question.mounts, path)?.readOnly === true;
  if (!rootExists && !readOnly && question.canSudo()) return "sudo-mkdir";
  const owner = `${user.uid.toString()}:${user.gid.toString()}`;
  if (readOnly) {
    return finding(
      "STORE_NOT_WRITABLE",
      `${path} is on a read-only mount, so the login cannot be kept there`,
      "mount it writable, or choose another place with the Feature's option 'store'",
      path,
    );
  }
  const command = rootExists
    ? `sudo chown -h ${owner} ${quote(path)}`
    : `sudo mkdir -m 700 ${quote(root)} && sudo chown ${owner} ${quote(root)}`;
  return finding(
    "STORE_NOT_WRITABLE",
    `you may not write to ${path}, so the login cannot be kept there`,
    `${command}   then: ${startAgain(question)}`,
    path,
  );
}

/** What root makes belongs to whose folder it is in; anybody else's is their own. Null where nothing need be given away. */
function ownerOfNew(fs: FileSystem, question: CandidateQuestion, root: string): Owner | null {
  if (question.user.uid !== 0) return null;
  const stat = question.base === null ? fs.lstat(root) : question.workspaceOwner;
  if (stat === null || (stat.uid === question.user.uid && stat.gid === question.user.gid)) return null;
  return { uid: stat.uid, gid: stat.gid };
}

/** Where the last start came to nothing, no stamp and no link names the workspace folder: the command does. */
export function startAgain({ base }: CandidateQuestion): string {
  return `claude-credentials start${base === null ? "" : ` --workspace ${quote(base)}`}`;
}
