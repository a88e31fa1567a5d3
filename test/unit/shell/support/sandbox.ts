import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { onTestFinished, vi } from "vitest";
import { requireProgram, type Shell } from "../../../support/shell.ts";

// Every test starts processes, and a machine that is busy with other suites takes its time.
vi.setConfig({ testTimeout: 20_000 });

/** The remote user inside; root where the tests do not run as root. */
export const isRoot = process.getuid?.() === 0;
export const userId = isRoot ? 1000 : 0;

/** What the scripts may use beside the shell itself; everything else is missing, as it may be in a small image. */
const tools = [
  ...["cat", "chmod", "chown", "cmp", "cp", "env", "ln", "ls", "mkdir", "mv", "readlink", "rm", "rmdir"],
  "sleep",
];

/** Where the sandbox sees a program of this machine; looked up once. */
const lent = new Map<string, string>();
function seenInside(program: string, debianPackage?: string): string {
  const known = lent.get(program);
  if (known !== undefined) return known;
  const path = `/host${realpathSync(program.startsWith("/") ? program : requireProgram(program, debianPackage))}`;
  lent.set(program, path);
  return path;
}

const unshare = requireProgram("unshare", "util-linux");
const chroot = requireProgram("chroot", "coreutils");

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Who runs it; the remote user by default. */
  readonly user?: number;
  /** Milliseconds; a script that hangs fails its test. */
  readonly timeout?: number;
}

/**
 * A machine of its own for a script: a root directory with the shell as `/bin/sh` and nothing that the test did not
 * put there. What the shell needs to load is seen through `/host`, in a mount namespace that ends with the process.
 */
export class Sandbox {
  readonly root: string;
  /** Absolute paths inside. */
  readonly home = "/home/dev";
  readonly workspace = "/work/project";

  constructor(shell: Shell, removeTool: readonly string[] = []) {
    this.root = mkdtempSync(join(tmpdir(), "shell-"));
    onTestFinished(() => {
      rmSync(this.root, { recursive: true, force: true });
    });
    chmodSync(this.root, 0o755);
    for (const directory of ["host", "bin", "etc", "run", "usr/bin", "usr/local"])
      this.directory(`/${directory}`);
    for (const name of ["lib", "lib64", "dev", "proc"]) symlinkSync(`/host/${name}`, join(this.root, name));
    for (const name of ["lib", "lib64"]) symlinkSync(`/host/usr/${name}`, join(this.root, "usr", name));
    this.directory("/tmp");
    chmodSync(this.path("/tmp"), 0o1777);
    for (const directory of [this.home, this.workspace]) this.own(this.directory(directory));
    symlinkSync(seenInside(shell.path), this.path("/bin/sh"));
    for (const tool of tools.filter((name) => !removeTool.includes(name))) {
      const program = shell.isBusybox ? shell.path : tool;
      symlinkSync(seenInside(program, "coreutils diffutils"), this.path(`/bin/${tool}`));
    }
  }

  /** Where `inside` is on the machine that runs the tests. */
  path(inside: string): string {
    return join(this.root, inside);
  }

  directory(inside: string, mode = 0o755): string {
    mkdirSync(this.path(inside), { recursive: true });
    chmodSync(this.path(inside), mode);
    return inside;
  }

  file(inside: string, content: string, mode = 0o644): string {
    if (!existsSync(dirname(this.path(inside)))) this.directory(dirname(inside));
    writeFileSync(this.path(inside), content);
    chmodSync(this.path(inside), mode);
    return inside;
  }

  link(inside: string, target: string): string {
    symlinkSync(target, this.path(inside));
    return this.own(inside);
  }

  /** Gives `inside` (a link itself, not where it leads) to the remote user. */
  own(inside: string, uid = userId): string {
    if (isRoot) lchownSync(this.path(inside), uid, uid);
    return inside;
  }

  /** Sets the time of `inside` to so many seconds from now. */
  age(inside: string, seconds: number): string {
    const time = Math.floor(Date.now() / 1000) + seconds;
    utimesSync(this.path(inside), time, time);
    return inside;
  }

  remove(inside: string): string {
    rmSync(this.path(inside), { recursive: true, force: true });
    return inside;
  }

  read(inside: string): string {
    return readFileSync(this.path(inside), "utf8");
  }

  exists(inside: string): boolean {
    return lstatSync(this.path(inside), { throwIfNoEntry: false }) !== undefined;
  }

  list(inside: string): readonly string[] {
    return readdirSync(this.path(inside)).sort();
  }

  /** Permission bits of `inside`. */
  mode(inside: string): number {
    return statSync(this.path(inside)).mode & 0o777;
  }

  /** Copies a file or directory of this machine to `inside`. */
  copy(source: string, inside: string, mode?: number): string {
    this.directory(dirname(inside));
    cpSync(source, this.path(inside), { recursive: true });
    if (mode !== undefined) chmodSync(this.path(inside), mode);
    if (isRoot) chownSync(this.path(inside), 0, 0);
    return inside;
  }

  /** Makes a program of this machine reachable as `inside`. */
  lend(program: string, inside: string): string {
    this.directory(dirname(inside));
    symlinkSync(seenInside(program), this.path(inside));
    return inside;
  }

  /** Starts `command` (absolute paths inside) with `env` and nothing else in its environment. Its pid is the command's own. */
  start(command: readonly string[], options: RunOptions = {}) {
    const user = options.user ?? userId;
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: this.home, ...options.env };
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const args = isRoot ? [`--userspec=${user}:${user}`, "--groups="] : [];
    return execa(
      unshare,
      [
        ...["--mount", "--propagation", "private", ...(isRoot ? [] : ["--map-root-user"])],
        ...["/bin/sh", "-c", 'mount --rbind / "$0/host" && exec "$@"', this.root],
        ...[chroot, ...args, this.root, "/host/usr/bin/env", "-i", ...settings, ...command],
      ],
      { reject: false, timeout: options.timeout ?? 10_000, stripFinalNewline: false },
    );
  }

  /** Runs `command` to its end. */
  async run(command: readonly string[], options: RunOptions = {}) {
    const { exitCode, stdout, stderr, signal } = await this.start(command, options);
    return { exitCode, stdout, stderr, signal };
  }
}
