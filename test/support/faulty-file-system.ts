import type { FileSystem, Path, Stat } from "../../src/apply/file-system.ts";
import { parentPath, pathText } from "../../src/apply/path.ts";

export type CallName = keyof FileSystem;

/** What happens at the chosen call. */
export type Fault =
  /** It fails, once. */
  | { readonly kind: "once"; readonly errno: string }
  /** It fails, and from there on every call that would change anything. */
  | { readonly kind: "from"; readonly errno: string }
  /** A write takes half of what it is given, and the disk is full from there on. */
  | { readonly kind: "short" }
  /** A write takes half of what it is given; nothing is wrong with that. */
  | { readonly kind: "half" }
  /** Somebody else does something right before the call. */
  | { readonly kind: "meanwhile"; readonly work: () => void }
  /** The process is gone: this call and all later ones are never made. */
  | { readonly kind: "stop" };

/** Thrown in place of a kill: no errno, so nothing may catch it and go on. */
export class Stop extends Error {
  constructor() {
    super("stopped by the test");
    this.name = "Stop";
  }
}

/** Calls that change names, bytes or attributes, or make changes durable. */
const MUTATING: ReadonlySet<CallName> = new Set([
  ...(["openNew", "write", "truncate", "fsync", "mkdir", "rename", "link", "symlink", "unlink"] as const),
  ...(["rmdir", "chmod", "lchown", "lutimes", "syncDirectory", "syncFileSystem"] as const),
]);

/** Those that need room on the disk. A rename in one directory frees as much as it takes. */
const NEEDS_SPACE: ReadonlySet<CallName> = new Set([
  ...(["openNew", "write", "truncate", "fsync", "mkdir", "link", "symlink"] as const),
  ...(["syncDirectory", "syncFileSystem"] as const),
]);

export function isMutating(call: CallName): boolean {
  return MUTATING.has(call);
}

export interface Call {
  readonly name: CallName;
  readonly path: string;
}

export interface FaultyOptions {
  /** Number of the call that is struck, from 0; null strikes none. */
  readonly at?: number | null;
  readonly fault?: Fault;
  /** Tells one file system from another: a rename or hard link from one to the other fails with `EXDEV`. */
  readonly deviceOf?: (path: string) => string;
  /** Entries that came with a container's image: such a directory cannot be renamed (`EXDEV`). */
  readonly isInImage?: (stat: Stat) => boolean;
  /** Files of the machine that are to be found elsewhere, by their path: `/proc/self/mountinfo`, say. */
  readonly machineFiles?: ReadonlyMap<string, string>;
  /** Texts that must never be in a file that others may read, not even while it is written. */
  readonly secrets?: readonly string[];
}

/** A file system that counts its calls, and what it did to them. */
export interface FaultyFileSystem {
  readonly fs: FileSystem;
  readonly calls: readonly Call[];
  /** True once the fault was injected. */
  readonly struck: () => boolean;
  /** Paths that held a secret while their mode let others read it. */
  readonly exposed: readonly string[];
}

/**
 * Wraps a file system: strikes call `at` as `fault` says, and lets every other one through. Flushes are counted
 * and may fail, but are not made: no power is cut here.
 */
export function faultyFileSystem(real: FileSystem, options: FaultyOptions = {}): FaultyFileSystem {
  const faulty = new Faulty(real, options);
  return { fs: faulty.port(), calls: faulty.calls, struck: () => faulty.struck, exposed: faulty.exposed };
}

class Faulty {
  readonly calls: Call[] = [];
  readonly exposed: string[] = [];
  struck = false;
  readonly #real: FileSystem;
  readonly #options: FaultyOptions;
  readonly #opened = new Map<number, string>();
  #stopped = false;

  constructor(real: FileSystem, options: FaultyOptions) {
    this.#real = real;
    this.#options = options;
  }

  port(): FileSystem {
    const port: Record<string, (...args: unknown[]) => unknown> = {};
    for (const name of Object.keys(this.#real) as CallName[])
      port[name] = (...args) => this.#call(name, args);
    return port as unknown as FileSystem;
  }

  #call(name: CallName, given: unknown[]): unknown {
    if (this.#stopped) {
      // Whatever a process has open the kernel closes with it.
      if (name === "close") return undefined;
      throw new Stop();
    }
    const number = this.calls.length;
    const args = given.map((argument, index) => (index < 2 ? this.#redirect(argument) : argument));
    const path = this.#plain(this.#pathOf(args[0]));
    this.calls.push({ name, path });
    const { at = null, fault } = this.#options;
    if (fault !== undefined && at !== null && number >= at) {
      const answer = this.#strike(fault, number === at, name, args);
      if (answer !== undefined) return answer.value;
    }
    this.#refuseOtherDevice(name, args);
    const result = this.#run(name, args);
    this.#follow(name, path, args, result);
    return result;
  }

  /** Only the calls that name a path of the machine are led elsewhere. */
  #redirect(argument: unknown): unknown {
    return typeof argument === "string" ? (this.#options.machineFiles?.get(argument) ?? argument) : argument;
  }

  #pathOf(argument: unknown): string {
    if (typeof argument === "number") return this.#opened.get(argument) ?? "";
    return pathText(argument as Path);
  }

  /** The path as it was when the directory was opened through whose descriptor it leads. */
  #plain(path: string): string {
    const [all, descriptor] = /^\/proc\/self\/fd\/(\d+)/.exec(path) ?? [];
    const directory = descriptor === undefined ? undefined : this.#opened.get(Number(descriptor));
    if (all === undefined || directory === undefined) return path;
    return directory + path.slice(all.length).replace(/\/\.$/, "");
  }

  /** @returns what the call answers instead, or undefined to let it through. */
  #strike(fault: Fault, isFirst: boolean, name: CallName, args: unknown[]): { value: unknown } | undefined {
    switch (fault.kind) {
      case "stop":
        this.struck = this.#stopped = true;
        for (const descriptor of this.#opened.keys()) this.#real.close(descriptor);
        throw new Stop();
      case "once":
        return isFirst ? this.#fail(name, fault.errno, args) : undefined;
      case "from": {
        const hit = fault.errno === "ENOSPC" ? NEEDS_SPACE.has(name) : isMutating(name);
        return hit ? this.#fail(name, fault.errno, args) : undefined;
      }
      case "meanwhile":
        if (isFirst) fault.work();
        this.struck = true;
        return undefined;
      case "half":
        return isFirst ? this.#writeHalf(args) : undefined;
      case "short": {
        if (!isFirst) return NEEDS_SPACE.has(name) ? this.#fail(name, "ENOSPC", args) : undefined;
        return this.#writeHalf(args);
      }
    }
  }

  #writeHalf([descriptor, bytes, position]: unknown[]): { value: number } {
    this.struck = true;
    const half = (bytes as Buffer).subarray(0, Math.ceil((bytes as Buffer).length / 2));
    return { value: this.#real.write(descriptor as number, half, position as number) };
  }

  #fail(name: CallName, errno: string, args: unknown[]): { value: unknown } {
    this.struck = true;
    if (name === "canWrite" && ["EACCES", "EPERM", "EROFS"].includes(errno)) return { value: false };
    // As Linux does it: the descriptor is gone whatever close(2) says.
    if (name === "close") this.#close(args[0] as number);
    throw systemError(errno, name, this.#pathOf(args[0]));
  }

  #refuseOtherDevice(name: CallName, args: unknown[]): void {
    if (name !== "rename" && name !== "link") return;
    const [from, to] = args as [Path, Path];
    const { deviceOf, isInImage } = this.#options;
    if (
      deviceOf !== undefined &&
      deviceOf(this.#plain(pathText(from))) !== deviceOf(this.#plain(pathText(parentPath(to))))
    )
      throw systemError("EXDEV", name, pathText(from));
    const stat = isInImage === undefined ? null : this.#real.lstat(from);
    if (name === "rename" && stat?.type === "directory" && isInImage?.(stat) === true)
      throw systemError("EXDEV", name, pathText(from));
  }

  #run(name: CallName, args: unknown[]): unknown {
    if (name === "fsync" || name === "syncDirectory" || name === "syncFileSystem") return undefined;
    if (name === "close") {
      this.#close(args[0] as number);
      return undefined;
    }
    return (this.#real[name] as (...args: unknown[]) => unknown)(...args);
  }

  #close(descriptor: number): void {
    this.#opened.delete(descriptor);
    this.#real.close(descriptor);
  }

  #follow(name: CallName, path: string, args: unknown[], result: unknown): void {
    if (OPENS.has(name)) this.#opened.set(result as number, path);
    if (name === "rename") this.#rename(path, this.#plain(this.#pathOf(args[1])));
    if (name === "write") this.#watch(args[0] as number, args[1] as Buffer, path);
  }

  #rename(from: string, to: string): void {
    for (const [descriptor, path] of this.#opened)
      if (path === from || path.startsWith(`${from}/`))
        this.#opened.set(descriptor, to + path.slice(from.length));
  }

  #watch(descriptor: number, bytes: Buffer, path: string): void {
    const holds = this.#options.secrets?.some((secret) => bytes.includes(secret)) === true;
    if (holds && (this.#real.fstat(descriptor).mode & 0o077) !== 0) this.exposed.push(path);
  }
}

const OPENS: ReadonlySet<CallName> = new Set(["openNew", "openForReading", "openDirectory"]);
const ON_DESCRIPTOR = new Set(["fstat", "read", "write", "truncate", "fsync", "close"]);

/** An error as Node makes them: of a call on an open file it names no path. */
export function systemError(code: string, syscall: string, path: string): Error {
  const error = new Error(`${code}: injected, ${syscall}`);
  return Object.assign(error, { code, syscall, ...(ON_DESCRIPTOR.has(syscall) ? {} : { path }) });
}
