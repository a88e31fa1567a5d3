import { execFileSync } from "node:child_process";
import { utimesSync, writeFileSync } from "node:fs";
import type { Path } from "../../../src/apply/file-system.ts";
import { systemError } from "../../../src/errors.ts";
import type { FindingCode } from "../../../src/report/finding.ts";
import { login, state } from "../../support/login.ts";
import { repository, ROOT, VSCODE, type MachineOptions, type TestMachine } from "../../support/machine.ts";
import { directory, file, symlink, type Tree } from "../../support/tree.ts";

const SECRETS = "work/.devcontainer.secrets";
const GIT_STORE = "work/.git/claude-credentials";
const SOMEBODY = { uid: 1234, gid: 1234 };

/** A state in which start tells of an error. */
export interface ErrorState {
  readonly name: string;
  readonly code: FindingCode;
  readonly options?: MachineOptions;
  readonly prepare?: (machine: TestMachine) => void | Promise<void>;
  readonly flags?: readonly string[];
}

function git(folder: string, ...args: string[]): void {
  const name = ["-c", "user.name=a", "-c", "user.email=a@b"];
  execFileSync("git", [...name, ...args], { cwd: folder, stdio: "ignore" });
}

function failing(machine: TestMachine, code: string): void {
  Object.assign(machine.machine.fs, {
    openNew: (path: string) => {
      throw systemError(code, "canary", path);
    },
  });
}

/** The home that each of them begins with. */
export const ERROR_HOME: Tree = {
  "home/.claude/.credentials.json": file(login("canary-token")),
  "home/.claude.json": file(state("canary@acme")),
};

export const ERROR_STATES: readonly ErrorState[] = [
  {
    name: "git tracks the store",
    code: "STORE_TRACKED_BY_GIT",
    options: {
      tree: { [`${SECRETS}/.claude-credentials/.credentials.json`]: file(login("canary-planted")) },
    },
    prepare: ({ work }) => {
      git(work, "init", "-q");
      git(work, "add", "-f", ".");
    },
  },
  {
    name: "the user's own store was committed",
    code: "STORE_TRACKED_BY_GIT",
    options: { tree: { [SECRETS]: directory() } },
    prepare: async (machine) => {
      git(machine.work, "init", "-q");
      await machine.start();
      execFileSync("rm", ["-r", machine.path(`${SECRETS}/.git`)]);
      git(machine.work, "add", "-f", ".");
      git(machine.work, "commit", "-q", "-m", "oops");
    },
  },
  {
    name: "a link in the store's path",
    code: "STORE_UNSAFE",
    options: { repository: true, tree: { elsewhere: directory(), [GIT_STORE]: symlink("../../elsewhere") } },
    flags: ["--store", "git"],
  },
  {
    name: "an entry of another kind",
    code: "STORE_UNSAFE",
    options: { repository: true, tree: { [`${GIT_STORE}/format`]: directory() } },
    flags: ["--store", "git"],
  },
  {
    name: "a repository that git cannot read",
    code: "STORE_UNSAFE",
    options: { tree: { ...repository("work"), [SECRETS]: directory() } },
    prepare: ({ work }) => {
      writeFileSync(`${work}/.git/config`, "[core\n");
    },
  },
  {
    name: "the workspace within the configuration directory",
    code: "STORE_UNSAFE",
    options: { repository: true, configDirectory: "." },
  },
  {
    name: "a workspace of root's",
    code: "STORE_NOT_WRITABLE",
    prepare: (machine) => {
      machine.own("work", ROOT);
    },
  },
  {
    name: "a workspace on a read-only mount",
    code: "STORE_NOT_WRITABLE",
    options: { mounts: [["work", "ext4", "ro"]] },
    prepare: (machine) => {
      machine.own("work", ROOT);
    },
  },
  {
    name: "a workspace that is closed",
    code: "STORE_NOT_WRITABLE",
    options: { repository: true, tree: { work: directory(0o700) } },
    prepare: (machine) => {
      machine.own("work", SOMEBODY);
    },
  },
  {
    name: "a store of somebody else's",
    code: "STORE_WRONG_OWNER",
    options: { repository: true, tree: { [`${GIT_STORE}/format`]: file("1\n0 0\n") } },
    prepare: (machine) => {
      machine.own(`${GIT_STORE}/format`, SOMEBODY);
    },
  },
  {
    name: "a store of a newer format",
    code: "STORE_NEWER",
    options: {
      repository: true,
      tree: { [`${GIT_STORE}/format`]: file("2\n"), [`${GIT_STORE}/.claude-credentials`]: directory() },
    },
  },
  {
    name: "a store in the context of a build that fails by it",
    code: "STORE_IN_BUILD_CONTEXT",
    options: {
      user: ROOT,
      repository: true,
      tree: {
        "work/Dockerfile": "FROM debian\nCOPY . /app\n",
        "work/.devcontainer.json": '{"build":{"dockerfile":"Dockerfile","context":"."}}',
        [`${GIT_STORE}/.claude-credentials/.credentials.json`]: file(login("canary-root", 1)),
      },
    },
    prepare: (machine) => {
      for (const path of ["work", "work/.git"]) machine.own(path, VSCODE);
    },
  },
  {
    name: "a mount inside ~/.claude",
    code: "CONFIG_HOLDS_MOUNT",
    options: {
      repository: true,
      mounts: [["home/.claude/projects", "ext4"]],
      tree: { "home/.claude/projects": directory() },
    },
  },
  {
    name: "~/.claude is a link of somebody else's",
    code: "LINK_FOREIGN",
    options: { repository: true, tree: { "elsewhere/.credentials.json": file(login("canary-else")) } },
    prepare: (machine) => {
      execFileSync("rm", ["-r", machine.path("home/.claude")]);
      machine.relink("home/.claude", machine.path("elsewhere"));
    },
  },
  {
    name: "a link to the home itself, with --adopt",
    code: "LINK_FOREIGN",
    options: { repository: true },
    prepare: (machine) => {
      execFileSync("rm", ["-r", machine.path("home/.claude")]);
      machine.relink("home/.claude", machine.home);
    },
    flags: ["--adopt"],
  },
  {
    name: "~/.claude.json is a link of somebody else's",
    code: "LINK_FOREIGN",
    options: { repository: true, tree: { "elsewhere/state": file(state("canary@else")) } },
    prepare: (machine) => {
      machine.relink("home/.claude.json", machine.path("elsewhere/state"));
    },
  },
  ...["ENOSPC", "EDQUOT", "EROFS", "EIO", "EPERM", "EACCES", "EMFILE", "ENOTSUP"].map(
    (errno): ErrorState => ({
      name: `a write that fails (${errno})`,
      code: "MOVE_INCOMPLETE",
      options: { repository: true },
      prepare: (machine) => {
        failing(machine, errno);
      },
    }),
  ),
  {
    name: "a look that fails",
    code: "MOVE_INCOMPLETE",
    options: { repository: true },
    prepare: (machine) => {
      const before = { ...machine.machine.fs };
      Object.assign(machine.machine.fs, {
        lstat: (path: Path) => {
          if (path.toString() === `${machine.home}/.claude`)
            throw systemError("EIO", "canary", path.toString());
          return before.lstat(path);
        },
      });
    },
  },
  {
    name: "a ~/.claude that leads where the user may not go",
    code: "MOVE_INCOMPLETE",
    options: { repository: true, tree: { "elsewhere/closed/theirs": directory() } },
    prepare: (machine) => {
      execFileSync("rm", ["-r", machine.path("home/.claude")]);
      machine.relink("home/.claude", machine.path("elsewhere/closed/theirs"));
      machine.add({ "elsewhere/closed": directory(0o700) });
      machine.own("elsewhere/closed", ROOT);
    },
  },
  {
    name: "a lock that somebody holds",
    code: "LOCK_HELD",
    options: { repository: true, tree: { "home/.claude/.oauth_refresh.lock": directory() } },
    prepare: (machine) => {
      machine.whileSleeping = () => {
        const time = (machine.now + machine.slept) / 1000;
        utimesSync(machine.path("home/.claude/.oauth_refresh.lock"), time, time);
      };
      machine.whileSleeping();
    },
  },
];
