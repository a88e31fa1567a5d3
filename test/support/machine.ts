import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { basename, join } from "node:path";
import { anchored } from "../../src/apply/anchored-file-system.ts";
import type { Owner } from "../../src/apply/file-system.ts";
import type { Workplace } from "../../src/apply/workplace.ts";
import { main } from "../../src/cli.ts";
import { runCaptureOn } from "../../src/commands/capture.ts";
import { runDoctorOn } from "../../src/commands/doctor.ts";
import { runEnvOn } from "../../src/commands/env.ts";
import { runInstallOn } from "../../src/commands/install.ts";
import { runRestoreOn } from "../../src/commands/restore.ts";
import { runLoginOn } from "../../src/commands/login.ts";
import type { LoginLimits } from "../../src/commands/login-client.ts";
import { runRunOn } from "../../src/commands/run.ts";
import { runRefreshOn } from "../../src/commands/refresh.ts";
import type { RenewalLimits } from "../../src/commands/renewal.ts";
import { runNoticeOn } from "../../src/commands/notice.ts";
import { runStartOn } from "../../src/commands/start.ts";
import { runStatusOn } from "../../src/commands/status.ts";
import { runUninstallOn } from "../../src/commands/uninstall.ts";
import type { Context, Terminal } from "../../src/context.ts";
import { UserError } from "../../src/errors.ts";
import type { Machine } from "../../src/inspect/inspect.ts";
import type { Shell } from "../../src/inspect/rc-files.ts";
import type { Variant } from "../../src/options.ts";
import { GUARD_PATH, renderGuard } from "../../src/plan/guard.ts";
import type { RefreshReport } from "../../src/report/refresh-report.ts";
import type { DoctorReport } from "../../src/report/check.ts";
import type { InstallReport } from "../../src/report/install-report.ts";
import type { StartReport } from "../../src/report/start-report.ts";
import type { StatusReport } from "../../src/report/status-report.ts";
import type { UninstallReport } from "../../src/report/uninstall-report.ts";
import { addToTree, buildTree, file, directory, snapshot, type Tree } from "./tree.ts";
import { NOBODY_THERE } from "./context.ts";
import { virtualFileSystem } from "./virtual-file-system.ts";

/** The time of every made-up machine, later than anything that the tests' files carry. */
export const NOW = Date.UTC(2100, 0, 1);
export const HOUR = 3_600_000;
/** `NOW` as it stands in names of ours. */
export const STAMPED = "21000101T000000000Z";

export const VSCODE: Owner = { uid: 1000, gid: 1000 };
export const ROOT: Owner = { uid: 0, gid: 0 };
export const VOLUME = "/var/lib/claude-credentials";

export interface MachineOptions {
  /** Entries below `home`, `work` (the workspace folder), `share` (where the bundle lies), `volume` and `elsewhere`. */
  readonly tree?: Tree;
  /** Whether a repository of the user's own lies in the workspace folder. */
  readonly repository?: boolean;
  /** False for a plain host, where every disk persists. */
  readonly container?: boolean;
  /** Whether `volume` is mounted at /var/lib/claude-credentials. */
  readonly volume?: boolean;
  /** More mounts: path below the tree's root (or an absolute one) and type of file system. */
  readonly mounts?: readonly (readonly [path: string, type: string, flags?: string])[];
  readonly user?: Owner;
  /** What `sudo -n` would say. */
  readonly sudo?: boolean;
  /** The Feature's options, as install.sh writes them down. */
  readonly options?: {
    readonly variant?: Variant;
    readonly store?: string;
    readonly perContainer?: boolean;
    readonly guard?: boolean;
    readonly notice?: boolean;
  };
  readonly env?: Readonly<Record<string, string>>;
  /** What the container itself gives its processes. */
  readonly given?: Readonly<Record<string, string>>;
  /** False where the installation's rules for Claude Code's tools are not there. */
  readonly guarded?: boolean;
  /** The shells that are on it, sh apart. */
  readonly shells?: readonly Shell[];
  /** CLAUDE_CONFIG_DIR, below the machine's tree. */
  readonly configDirectory?: string;
}

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Calls that changed something. */
  readonly mutations: readonly string[];
}

/** A minimal repository, as `git init` leaves it. */
export function repository(folder: string): Tree {
  return {
    [`${folder}/.git/HEAD`]: file("ref: refs/heads/main\n", 0o644),
    [`${folder}/.git/config`]: file("[core]\n\trepositoryformatversion = 0\n", 0o644),
    [`${folder}/.git/objects`]: directory(),
    [`${folder}/.git/refs`]: directory(),
    [`${folder}/.git/info`]: directory(),
  };
}

/** A container (or host) made up over a real temporary tree, with `start`, `status` and `install` to be run on it. */
export class TestMachine {
  readonly root: string;
  readonly home: string;
  readonly work: string;
  readonly machine: Machine;
  readonly own: (path: string, owner: Owner) => void;
  readonly ownerOf: (path: string) => Owner;
  /** Changed by tests that let time pass. */
  now = NOW;
  /** Milliseconds that sleeping took. */
  slept = 0;
  /** Whether standard output is a terminal. */
  isTerminal = false;
  /** What standard input gives. */
  input = "";
  /** 128 and the number of the signal that was sent, or null. */
  signal: number | null = null;
  /** Sends one to a command that passes them on. */
  sendSignal: (signal: NodeJS.Signals) => void = () => undefined;
  /** Told of the signal by which the process would end. */
  whenEnded: (signal: NodeJS.Signals) => void = () => undefined;
  /** Where a person can be asked; null for nobody. */
  terminal: Terminal | null = null;
  /** What somebody else does while this machine sleeps. */
  whileSleeping: () => void = () => undefined;
  readonly #mutations: string[];
  readonly #env: Record<string, string>;

  constructor(options: MachineOptions = {}) {
    const { container = true, volume = false, user = VSCODE, sudo = false } = options;
    this.root = buildTree({
      home: directory(),
      work: directory(),
      share: directory(),
      machine: directory(),
      ...(options.repository === true ? repository("work") : {}),
      ...options.tree,
    });
    this.home = `${this.root}/home`;
    this.work = `${this.root}/work`;
    if (volume) mkdirSync(`${this.root}/volume`, { recursive: true });
    addToTree(this.root, {
      "machine/mountinfo": mountInfo([
        ["/", container ? "overlay" : "ext4"],
        ["/proc", "proc"],
        ...(container
          ? ([
              ["/etc/hostname", "ext4"],
              [this.work, "ext4"],
            ] as const)
          : []),
        ...(volume ? ([[VOLUME, "ext4"]] as const) : []),
        ...(options.mounts ?? []).map(
          ([path, type, flags]) =>
            [path.startsWith("/") ? path : join(this.root, path), type, flags] as const,
        ),
      ]),
      "machine/hostname": "c0ffee\n",
      "machine/environ": Object.entries(options.given ?? {})
        .map(([name, value]) => `${name}=${value}\0`)
        .join(""),
      "machine/passwd": `root:x:0:0:root:/root:/bin/sh\nvscode:x:1000:1000::${this.home}:/bin/bash\n`,
      "machine/etc-claude/": directory(),
      ...(options.guarded === false
        ? {}
        : {
            [`machine/etc-claude/code/managed-settings.d/${basename(GUARD_PATH)}`]: file(
              renderGuard(options.options?.store ?? ""),
              0o644,
            ),
          }),
      "share/options.env": optionsFile(options.options ?? {}),
      ...(container ? { "machine/dockerenv": "" } : {}),
    });
    const virtual = virtualFileSystem({
      user,
      root: this.root,
      redirects: new Map([
        ["/proc/self/mountinfo", `${this.root}/machine/mountinfo`],
        ["/proc/1/environ", `${this.root}/machine/environ`],
        ["/.dockerenv", `${this.root}/machine/dockerenv`],
        ["/run/.containerenv", `${this.root}/machine/containerenv`],
        ["/etc/hostname", `${this.root}/machine/hostname`],
        ["/etc/passwd", `${this.root}/machine/passwd`],
        ["/etc/claude-code", `${this.root}/machine/etc-claude/code`],
        ...["bash.bashrc", "bash", "bashrc", "profile.d", "zsh", "zshrc", "fish"].map(
          (name) => [`/etc/${name}`, `${this.root}/machine/etc/${name}`] as const,
        ),
        [VOLUME, `${this.root}/volume`],
      ]),
    });
    this.own = (path, owner) => {
      virtual.own(this.path(path), owner);
    };
    this.ownerOf = (path) => virtual.ownerOf(this.path(path));
    this.#mutations = virtual.mutations;
    this.#env = {
      HOME: this.home,
      ...(options.configDirectory === undefined
        ? {}
        : { CLAUDE_CONFIG_DIR: this.path(options.configDirectory) }),
      ...options.given,
      ...options.env,
    };
    this.machine = {
      fs: virtual.fs,
      user,
      pid: process.pid,
      now: () => this.now + this.slept,
      elapsed: () => this.slept,
      sleep: (milliseconds) => {
        this.slept += milliseconds;
        this.whileSleeping();
        return Promise.resolve();
      },
      sudoWorks: () => sudo,
      sudoFindsLogin: (root) =>
        existsSync(join(root.replace(VOLUME, this.path("volume")), ".claude-credentials/.credentials.json")),
      shells: () => new Set<Shell>(options.shells ?? []),
    };
  }

  /** More of the environment that its commands are started in. */
  setEnv(env: Readonly<Record<string, string>>): void {
    Object.assign(this.#env, env);
  }

  /** What an apply works with on this machine. */
  workplace(): Workplace {
    const nothing = (): void => undefined;
    const { machine } = this;
    return {
      fs: anchored(machine.fs),
      clock: machine,
      wait: 0,
      checkSignal: nothing,
      heartbeat: nothing,
      again: "claude-credentials start",
      say: nothing,
    };
  }

  /** `path` below the machine's tree; absolute ones as they are. */
  path(path: string): string {
    return path.startsWith("/") ? path : join(this.root, path);
  }

  /** `start` as the lifecycle hook calls it, with more flags. */
  async start(...flags: string[]): Promise<Run & { readonly report: StartReport }> {
    const hook = ["--workspace", this.work, "--devcontainer-id", "0d3v1d"];
    const run = await this.startWith(...hook, ...flags, "--json");
    return { ...run, report: JSON.parse(run.out) as StartReport };
  }

  /** `start` with these arguments alone. */
  startWith(...args: string[]): Promise<Run> {
    return this.#run((context) => runStartOn(this.machine, args, context));
  }

  async status(...flags: string[]): Promise<Run & { readonly report: StatusReport }> {
    const run = await this.#run((context) => runStatusOn(this.machine, [...flags, "--json"], context));
    return { ...run, report: JSON.parse(run.out) as StatusReport };
  }

  statusText(...flags: string[]): Promise<Run> {
    return this.#run((context) => runStatusOn(this.machine, flags, context));
  }

  async doctor(...flags: string[]): Promise<Run & { readonly report: DoctorReport }> {
    const run = await this.doctorText(...flags, "--json");
    return { ...run, report: JSON.parse(run.out) as DoctorReport };
  }

  doctorText(...flags: string[]): Promise<Run> {
    return this.#run((context) => runDoctorOn(this.machine, flags, context));
  }

  /** `uninstall` with these flags. */
  async uninstall(...flags: string[]): Promise<Run & { readonly report: UninstallReport }> {
    const run = await this.#run((context) =>
      runUninstallOn(this.machine, ["--workspace", this.work, ...flags, "--json"], context),
    );
    return { ...run, report: JSON.parse(run.out) as UninstallReport };
  }

  /** `uninstall` with these arguments alone. */
  uninstallWith(...args: string[]): Promise<Run> {
    return this.#run((context) => runUninstallOn(this.machine, args, context));
  }

  /** `notice` as the shells of new terminals call it, from one that was opened in `folder`. */
  notice(folder = this.work, ...flags: string[]): Promise<Run> {
    return this.#run((context) =>
      runNoticeOn(this.machine, flags, { ...context, cwd: this.path(folder) }, (work) => work()),
    );
  }

  /** `refresh` with these flags. */
  async refresh(
    flags: readonly string[],
    limits?: RenewalLimits,
  ): Promise<Run & { readonly report: RefreshReport }> {
    const run = await this.#run((context) =>
      runRefreshOn(this.machine, [...flags, "--json"], context, limits),
    );
    return { ...run, report: JSON.parse(run.out || "{}") as RefreshReport };
  }

  /** `login` with these flags. */
  login(flags: readonly string[], limits?: LoginLimits): Promise<Run> {
    return this.#run((context) => runLoginOn(this.machine, flags, context, limits));
  }

  /** `run` with these arguments. */
  run(...args: string[]): Promise<Run> {
    return this.#run((context) => runRunOn(this.machine, args, context));
  }

  capture(...args: string[]): Promise<Run> {
    return this.#run((context) => runCaptureOn(this.machine, args, context));
  }

  restore(...args: string[]): Promise<Run> {
    return this.#run((context) => runRestoreOn(this.machine, args, context));
  }

  refreshText(...flags: string[]): Promise<Run> {
    return this.#run((context) => runRefreshOn(this.machine, flags, context));
  }

  /** `env` with these arguments, `set` and the like first. */
  env(...args: string[]): Promise<Run> {
    return this.#run((context) => runEnvOn(this.machine, args, context));
  }

  async install(env: Record<string, string> = {}): Promise<Run & { readonly report: InstallReport }> {
    const run = await this.installWith(["--json"], env);
    return { ...run, report: JSON.parse(run.out) as InstallReport };
  }

  /** `install` with these arguments alone, and the environment that install.sh has. */
  installWith(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
    const remote = { _REMOTE_USER: "vscode", _REMOTE_USER_HOME: this.home, ...env };
    return this.#run((context) => runInstallOn(this.machine, args, context), remote);
  }

  async #run(command: (context: Context) => Promise<number>, env: Record<string, string> = {}): Promise<Run> {
    let out = "";
    let err = "";
    this.#mutations.length = 0;
    const context: Context = {
      env: { ...this.#env, ...env },
      cwd: this.work,
      version: "1.2.3",
      bundlePath: `${this.root}/share/claude-credentials.mjs`,
      out: (text) => (out += text),
      err: (text) => (err += text),
      ...NOBODY_THERE,
      isTerminal: this.isTerminal,
      listenForSignals: () => () => this.signal,
      onSignals: (pass) => {
        this.sendSignal = pass;
      },
      endBy: (signal) => {
        this.whenEnded(signal);
      },
      readInput: () => Promise.resolve(this.input),
      terminal: this.terminal,
    };
    let code: number;
    try {
      code = await command(context);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      code = error.exitCode;
      err += `${error.message}\n${error.hint}\n`;
    }
    return { code, out, err, mutations: [...this.#mutations] };
  }

  /** Everything below one of the machine's directories. */
  snapshot(path = ""): Record<string, string> {
    return snapshot(this.path(path));
  }

  add(tree: Tree): void {
    addToTree(this.root, tree);
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  exists(path: string): boolean {
    return lstatSync(this.path(path), { throwIfNoEntry: false }) !== undefined;
  }

  linkText(path: string): string {
    return readlinkSync(this.path(path));
  }

  mode(path: string): string {
    return `0${(lstatSync(this.path(path)).mode & 0o7777).toString(8)}`;
  }

  /** The home as a rebuild leaves it: a new one, with `tree` in it. The image's own copy stays. */
  forget(path: string): void {
    if (existsSync(this.path(path)) || this.exists(path)) unlinkSync(this.path(path));
  }

  forgetDirectory(path: string): void {
    rmSync(this.path(path), { recursive: true, force: true });
  }

  relink(path: string, text: string): void {
    this.forget(path);
    symlinkSync(text, this.path(path));
  }
}

/** A command line through the program's own door. */
export async function runMain(
  args: readonly string[],
  { bundlePath = "/nonexistent/claude-credentials.mjs" } = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = "";
  let err = "";
  const code = await main(args, {
    env: { HOME: "/nonexistent" },
    cwd: "/",
    version: "1.2.3",
    bundlePath,
    out: (text) => (out += text),
    err: (text) => (err += text),
    ...NOBODY_THERE,
  });
  return { code, out, err };
}

function optionsFile(options: NonNullable<MachineOptions["options"]>): string {
  const { variant = "plain", store = "", perContainer = false, guard = true, notice = false } = options;
  return [
    "CLAUDE_CREDENTIALS_VERSION='1.2.3'",
    "CLAUDE_CREDENTIALS_NODE=''",
    `CLAUDE_CREDENTIALS_FEATURE='claude-credentials${variant === "plain" ? "" : `-${variant}`}'`,
    `CLAUDE_CREDENTIALS_OPTION_STORE='${store.replaceAll("'", "'\\''")}'`,
    `CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER='${String(perContainer)}'`,
    `CLAUDE_CREDENTIALS_OPTION_GUARD='${String(guard)}'`,
    `CLAUDE_CREDENTIALS_OPTION_NOTICE='${String(notice)}'`,
    "",
  ].join("\n");
}

function mountInfo(
  mounts: readonly (readonly [path: string, type: string, flags?: string | undefined])[],
): string {
  return mounts
    .map(([path, type, flags = "rw"], index) => {
      const point = path.replaceAll("\\", "\\134").replaceAll(" ", "\\040");
      return `${(30 + index).toString()} 29 0:${index.toString()} / ${point} ${flags},relatime - ${type} none ${flags}\n`;
    })
    .join("");
}
