import type { MachineOptions } from "../../../support/machine.ts";
import { VOLUME } from "../../../support/machine.ts";
import { directory, file, type Tree } from "../../../support/tree.ts";
import type { Owner } from "../../../../src/apply/file-system.ts";
import { told, type Told } from "./told.ts";

/** The machine's directories, as findings name them. */
export interface Directories {
  readonly home: string;
  readonly work: string;
  readonly elsewhere: string;
}

/** Where a store is on the machine, and what there is to say of it. */
export interface StoreState {
  readonly name: string;
  /** Below the machine's tree. */
  readonly at: string;
  readonly root: (at: Directories) => string;
  readonly options?: MachineOptions;
  /** Null for the image's own directory, which is no store. */
  readonly kind: "mount" | "path" | "git" | "workspace" | null;
  readonly isPersistent: boolean;
  /** The store's owner, who lets nobody else in. */
  readonly closedBy?: Owner;
  /** What the mount shows as the mode of everything. */
  readonly mode?: number;
  /** What is said of it where `~/.claude` leads there; some of that is for the next build's user, by whose the credential is. */
  readonly said?: (at: Directories, credentialOwner: Owner | undefined) => Told;
  /** What is said wherever that leads. */
  readonly saidAnyway?: (at: Directories) => Told;
}

const GIT = "work/.git/claude-credentials";
const SECRETS = "work/.devcontainer.secrets";
const git = {
  at: GIT,
  root: ({ work }: Directories) => `${work}/.git/claude-credentials`,
  kind: "git",
} as const;
const own = {
  at: "elsewhere/own",
  root: ({ elsewhere }: Directories) => `${elsewhere}/own`,
  kind: "path",
} as const;
const volume = { at: "volume", root: () => VOLUME, kind: "mount" } as const;
const secrets = {
  at: SECRETS,
  root: ({ work }: Directories) => `${work}/.devcontainer.secrets`,
  kind: "workspace",
} as const;
const repository = (tree: Tree = {}): MachineOptions => ({ repository: true, tree });

function whoseBuildFails(work: string, owner: Owner | undefined): string {
  if (owner === undefined) return "";
  const path = `${work}/.devcontainer.secrets/.claude-credentials/.credentials.json`;
  return `; ${path} is uid ${owner.uid.toString()}'s and the workspace uid 1000's, so the next build fails ("error checking context")`;
}

export const STORES: readonly StoreState[] = [
  { name: "in the git directory", ...git, options: repository(), isPersistent: true },
  { name: "a volume", ...volume, options: { volume: true }, isPersistent: true },
  { name: "in the workspace folder", ...secrets, isPersistent: true },
  { name: "at a path on a mount", ...own, options: { mounts: [["elsewhere", "ext4"]] }, isPersistent: true },
  { name: "at a path in the container", ...own, isPersistent: false },
  {
    name: "on a tmpfs",
    ...volume,
    options: { volume: true, mounts: [[VOLUME, "tmpfs"]] },
    isPersistent: false,
  },
  {
    name: "in the image",
    at: "home/.local/share/claude-credentials",
    root: ({ home }) => `${home}/.local/share/claude-credentials`,
    kind: null,
    isPersistent: false,
  },
  {
    name: "on a read-only mount",
    ...git,
    options: { ...repository(), mounts: [["work", "ext4", "ro"]] },
    isPersistent: true,
    said: ({ work }) =>
      told(
        "error",
        "STORE_NOT_WRITABLE",
        `${work}/.git/claude-credentials`,
        `${work}/.git/claude-credentials is on a read-only mount, so the login cannot be renewed there`,
        "mount it writable, or choose another place with the Feature's option 'store'",
      ),
  },
  {
    name: "of a newer format",
    ...git,
    options: repository({ [`${GIT}/format`]: file("2\n0 0\n") }),
    isPersistent: true,
    said: ({ work }) =>
      told(
        "error",
        "STORE_NEWER",
        `${work}/.git/claude-credentials`,
        `${work}/.git/claude-credentials was written by a newer claude-credentials (format 2), so nothing in it is touched, and no other place is used beside it`,
        "update the Feature in devcontainer.json and rebuild",
      ),
  },
  {
    name: "closed by another owner",
    ...git,
    options: repository(),
    isPersistent: true,
    closedBy: { uid: 1234, gid: 1234 },
  },
  {
    name: "in a work tree",
    at: "work/own",
    root: ({ work }) => `${work}/own`,
    kind: "path",
    options: repository(),
    isPersistent: true,
    said: ({ work }) =>
      told(
        "warning",
        "STORE_IN_WORK_TREE",
        `${work}/own`,
        `${work}/own lies in a repository's work tree: git clean -fdx and git stash --all take it away, and so does a branch that has files at its path`,
        "set the Feature's option 'store' to git, or to a path outside of the work tree: what is there now is merged into the new place",
      ),
  },
  {
    name: "in the git directory, since git brought files into the workspace's",
    ...git,
    options: repository({
      [`${GIT}/delivered`]: file('".devcontainer.secrets/format"\n'),
      [`${SECRETS}/format`]: file("1\n"),
    }),
    isPersistent: true,
    saidAnyway: ({ work }) =>
      told(
        "warning",
        "STORE_QUARANTINED",
        `${work}/.devcontainer.secrets`,
        `git brought files into the store ${work}/.devcontainer.secrets that are still there (.devcontainer.secrets/format), so nothing of it is used`,
        `look at them; if all of it is yours: claude-credentials start --workspace ${work} --adopt   else remove them, or all of it: rm -r ${work}/.devcontainer.secrets`,
      ),
  },
  {
    name: "in the context of an image build",
    ...secrets,
    options: { tree: { "work/Dockerfile": "FROM debian\nCOPY . /app\n", [SECRETS]: directory() } },
    isPersistent: true,
    said: ({ work }, owner) =>
      told(
        owner === undefined ? "warning" : "error",
        "STORE_IN_BUILD_CONTEXT",
        `${work}/.devcontainer.secrets`,
        `${work}/Dockerfile builds an image from ${work}, where the store ${work}/.devcontainer.secrets lies, and ${work}/.dockerignore does not exclude it: a COPY of that folder bakes the login into the image${whoseBuildFails(work, owner)}`,
        `printf '%s\\n' '**/.devcontainer.secrets' >> ${work}/.dockerignore`,
      ),
  },
  {
    name: "on a mount that shows all as 0777",
    ...volume,
    options: { volume: true },
    isPersistent: true,
    mode: 0o777,
  },
];
