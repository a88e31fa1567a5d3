import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ensureBuilt, ID, ROOT } from "../../../../scripts/build.ts";
import { BUILT_FEATURES } from "../../../../scripts/fresh.mjs";
import type { StartReport } from "../../../../src/report/start-report.ts";
import type { CommandResult } from "../../../e2e/support/command.ts";
import { addToTree, type Tree } from "../../../support/tree.ts";
import { mountNewDisk } from "./disks.ts";
import { enterNamespace, type Namespace } from "./namespace.ts";

/** The remote user, and who it becomes where the test changes its uid. */
export const USER = 1000;
export const OTHER_USER = 1100;

/** Where the volume variants of the Feature mount theirs. */
export const VOLUME = "/var/lib/claude-credentials";

export interface StartOptions {
  /** Arguments beyond the hook's own. */
  readonly args?: readonly string[];
  readonly uid?: number;
  /** What is to be run instead of the launcher directly: a tracer with its arguments, say. */
  readonly through?: readonly string[];
}

export interface Started extends CommandResult {
  /** What `--json` printed; null where nothing came. */
  readonly report: StartReport | null;
}

/** A machine with the Feature installed, an ext4 disk and on it a home and a workspace with a repository. */
export interface Machine extends Namespace {
  readonly disk: string;
  readonly image: string;
  readonly home: string;
  readonly workspace: string;
  /** Where `start` makes the store if nothing keeps it from that. */
  readonly store: string;
  /** Adds entries below a directory inside; they are the user's. */
  readonly add: (directory: string, tree: Tree) => Promise<void>;
  /** Runs a command as the remote user, with a clean environment. */
  readonly as: (uid: number, command: readonly string[], input?: string) => Promise<CommandResult>;
  /** `start` as the hook runs it. */
  readonly hook: (options?: StartOptions) => Promise<CommandResult>;
  /** `start --strict --json`. */
  readonly start: (options?: StartOptions) => Promise<Started>;
}

const PASSWD = `root:*:0:0:root:/root:/bin/sh
dev:*:${USER}:${USER}::/nonexistent:/bin/sh
moved:*:${OTHER_USER}:${OTHER_USER}::/nonexistent:/bin/sh
`;

/** Everything that is not on the disk of the test lies over the machine's own directories, in memory. */
const SET_UP = `set -e
root=$1 built=$2 node=$3
mkdir "$root/memory"
mount -t tmpfs -o mode=755 none "$root/memory"
for place in etc usr/local var/lib; do
  mkdir -p "$root/memory/$place/upper" "$root/memory/$place/work"
  chmod 755 "$root/memory/$place/upper"
  layers=lowerdir=/$place,upperdir=$root/memory/$place/upper,workdir=$root/memory/$place/work
  mount -t overlay -o "$layers" none "/$place"
done
cat >/etc/passwd
printf 'root ALL=(ALL:ALL) ALL\\n' >/etc/sudoers
rm -rf /etc/sudoers.d /etc/claude-code
share=/usr/local/share/claude-credentials
rm -rf "$share"
mkdir -p "$share" /usr/local/lib/claude-credentials /usr/local/bin
cp "$built/claude-credentials" /usr/local/bin/
cp "$built"/*.mjs "$share/"
chmod 755 /usr/local/bin/claude-credentials "$share" /usr/local/lib/claude-credentials
touch /usr/local/lib/claude-credentials/node
mount --bind "$node" /usr/local/lib/claude-credentials/node
printf "CLAUDE_CREDENTIALS_VERSION='1.0.0'\\nCLAUDE_CREDENTIALS_NODE='/usr/local/lib/claude-credentials/node'\\n" \
  >"$share/options.env"
`;

export interface MachineOptions {
  readonly type?: "ext4" | "xfs";
  /** Whether the home lies on a disk of its own. */
  readonly homeApart?: boolean;
}

/** Puts up a machine that ends with the test. */
export async function startMachine(options: MachineOptions = {}): Promise<Machine> {
  const { type = "ext4", homeApart = false } = options;
  await ensureBuilt();
  const namespace = await enterNamespace();
  onTestFinished(() => namespace.end());
  const { root } = namespace;
  const built = join(ROOT, BUILT_FEATURES, "src", ID);
  const ready = await namespace.attempt(["sh", "-c", SET_UP, "sh", root, built, process.execPath], PASSWD);
  if (ready.exitCode !== 0) throw new Error(`The machine was not set up:\n${ready.stderr}`);
  const disk = `${root}/disk`;
  const image = await mountNewDisk(namespace, type, "disk", disk);
  const homeDisk = homeApart ? `${root}/home-disk` : disk;
  if (homeApart) await mountNewDisk(namespace, "ext4", "home-disk", homeDisk);
  const machine = withCommands(namespace, disk, image, `${homeDisk}/home`);
  await machine.add(homeDisk, { home: { type: "directory", mode: 0o755 } });
  await machine.add(disk, {
    "workspace/.git/HEAD": "ref: refs/heads/main\n",
    "workspace/.git/objects": { type: "directory", mode: 0o755 },
    "workspace/.git/refs": { type: "directory", mode: 0o755 },
  });
  return machine;
}

function withCommands(namespace: Namespace, disk: string, image: string, home: string): Machine {
  const workspace = `${disk}/workspace`;
  const as: Machine["as"] = (uid, command, input) =>
    namespace.attempt([...becoming(uid), ...environment(home), ...command], input);
  const hook: Machine["hook"] = ({ args = [], uid = USER, through = [] } = {}) => {
    const given = ["--workspace", workspace, "--devcontainer-id", "0d3v1d", ...args];
    return as(uid, [...through, "/usr/local/bin/claude-credentials", "start", ...given]);
  };
  return {
    ...namespace,
    ...{ disk, image, home, workspace, store: `${workspace}/.git/claude-credentials`, as, hook },
    add: async (directory, tree) => {
      addToTree(namespace.seen(directory), tree);
      await namespace.run(["chown", "-hR", `${USER}:${USER}`, directory]);
    },
    start: async (options = {}) => {
      const result = await hook({ ...options, args: ["--strict", "--json", ...(options.args ?? [])] });
      return { ...result, report: parseReport(result.stdout) };
    },
  };
}

function becoming(uid: number): string[] {
  return ["setpriv", "--reuid", String(uid), "--regid", String(uid), "--clear-groups"];
}

function environment(home: string): string[] {
  return ["env", "-i", `HOME=${home}`, "PATH=/usr/local/bin:/usr/bin:/bin"];
}

function parseReport(stdout: string): StartReport | null {
  return stdout.startsWith("{") ? (JSON.parse(stdout) as StartReport) : null;
}

/** Gives the user the right to run anything as root without a password, as many base images do. */
export function allowSudo(machine: Machine): void {
  writeFileSync(machine.seen("/etc/sudoers"), "ALL ALL=(ALL:ALL) NOPASSWD: ALL\n");
}
