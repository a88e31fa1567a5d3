import { dirname } from "node:path";
import type { FileSystem, Owner, Path, Stat } from "../../src/apply/file-system.ts";
import { nodeFileSystem } from "../../src/apply/node-file-system.ts";

/** What a made-up machine shows of the real one. */
export interface VirtualOptions {
  /** Who makes the calls. Owners and the refusals that follow from them are played, so that tests need not be root. */
  readonly user: Owner;
  /** Below this directory permissions are looked after. */
  readonly root: string;
  /** Paths of the machine, each with where it really lies. */
  readonly redirects: ReadonlyMap<string, string>;
}

/** The real file system below a few made-up facts: owners, and files of the machine that lie elsewhere. */
export interface VirtualFileSystem {
  readonly fs: FileSystem;
  /** Each call that changed something, as `rename /a /b`. */
  readonly mutations: string[];
  /** Gives an entry to somebody. */
  readonly own: (path: string, owner: Owner) => void;
  readonly ownerOf: (path: string) => Owner;
}

const HOPS = 40;

export function virtualFileSystem(options: VirtualOptions): VirtualFileSystem {
  const { user, root, redirects } = options;
  const real = nodeFileSystem;
  const owners = new Map<string, Owner>();
  const mutations: string[] = [];

  const toReal = (path: Path): Path => {
    const text = path.toString();
    for (const [from, to] of redirects) {
      if (text === from || text.startsWith(`${from}/`)) return `${to}${text.slice(from.length)}`;
    }
    return path;
  };
  const key = (stat: Stat): string => `${stat.device.toString()}:${stat.inode.toString()}`;
  const withOwner = (stat: Stat): Stat => ({ ...stat, ...(owners.get(key(stat)) ?? user) });
  const lstatReal = (path: Path): Stat | null => {
    const stat = real.lstat(path);
    return stat === null ? null : withOwner(stat);
  };

  const may = (stat: Stat, bits: number): boolean => {
    if (user.uid === 0) return true;
    const shift = stat.uid === user.uid ? 6 : stat.gid === user.gid ? 3 : 0;
    return ((stat.mode >> shift) & bits) === bits;
  };
  const refuse = (code: string, path: Path): never => {
    throw Object.assign(new Error(`${code}: refused, '${path.toString()}'`), { code, path: path.toString() });
  };
  /** The directories above `path`, as far as they are the test's own. */
  const ancestors = (path: Path): string[] => {
    const found: string[] = [];
    for (let at = dirname(path.toString()); at.startsWith(root); at = dirname(at)) found.push(at);
    return found;
  };
  /** Every call needs to be let through the directories above. */
  const reach = (path: Path): Path => {
    const at = toReal(path);
    for (const ancestor of ancestors(at)) {
      const stat = lstatReal(ancestor);
      if (stat?.type === "directory" && !may(stat, 1)) refuse("EACCES", path);
    }
    return at;
  };
  const changeIn = (path: Path): Path => {
    const at = reach(path);
    const parent = ancestors(at)[0];
    const stat = parent === undefined ? null : real.stat(parent);
    if (stat !== null && !may(withOwner(stat), 3)) refuse("EACCES", path);
    return at;
  };
  const mustOwn = (path: Path, code: string): Path => {
    const at = reach(path);
    const stat = lstatReal(at);
    if (stat !== null && user.uid !== 0 && stat.uid !== user.uid) refuse(code, path);
    return at;
  };
  const made = (at: Path): void => {
    const stat = real.lstat(at);
    if (stat !== null) owners.delete(key(stat));
  };
  const note = (...words: Path[]): void => {
    mutations.push(words.map((word) => word.toString()).join(" "));
  };

  const fs: FileSystem = {
    ...real,
    lstat: (path) => lstatReal(reach(path)),
    stat: (path) => {
      const target = fs.realpath(path.toString());
      return target === null ? null : fs.lstat(target);
    },
    realpath: (path) => resolveLinks(fs, path),
    readlink: (path) => real.readlink(reach(path)),
    list: (path) => {
      const at = reach(path);
      const stat = real.stat(at);
      if (stat !== null && !may(withOwner(stat), 4)) refuse("EACCES", path);
      return real.list(at);
    },
    openForReading: (path) => {
      const at = reach(path);
      const stat = lstatReal(at);
      if (stat !== null && stat.type !== "symlink" && !may(stat, 4)) refuse("EACCES", path);
      return real.openForReading(at);
    },
    openNew: (path, mode) => {
      note("openNew", path);
      const at = changeIn(path);
      const descriptor = real.openNew(at, mode);
      made(at);
      return descriptor;
    },
    fstat: (descriptor) => withOwner(real.fstat(descriptor)),
    fsync: () => undefined,
    syncDirectory: () => undefined,
    syncFileSystem: () => undefined,
    mkdir: (path, mode) => {
      note("mkdir", path);
      const at = changeIn(path);
      real.mkdir(at, mode);
      made(at);
    },
    rename: (from, to) => {
      note("rename", from, to);
      real.rename(changeIn(from), changeIn(to));
    },
    link: (existing, path) => {
      note("link", existing, path);
      real.link(reach(existing), changeIn(path));
    },
    symlink: (text, path) => {
      note("symlink", text, path);
      const at = changeIn(path);
      real.symlink(text, at);
      made(at);
    },
    unlink: (path) => {
      note("unlink", path);
      real.unlink(changeIn(path));
    },
    rmdir: (path) => {
      note("rmdir", path);
      real.rmdir(changeIn(path));
    },
    chmod: (path, mode) => {
      note("chmod", path);
      real.chmod(mustOwn(path, "EPERM"), mode);
    },
    lchown: (path, owner) => {
      note("lchown", path);
      const at = reach(path);
      const stat = lstatReal(at);
      if (stat === null) refuse("ENOENT", path);
      else if (user.uid !== 0 && (stat.uid !== user.uid || owner.uid !== user.uid)) refuse("EPERM", path);
      else owners.set(key(stat), owner);
    },
    lutimes: (path, accessedNs, modifiedNs) => {
      note("lutimes", path);
      real.lutimes(mustOwn(path, "EPERM"), accessedNs, modifiedNs);
    },
    canWrite: (path) => {
      const stat = fs.stat(path);
      return stat !== null && may(stat, stat.type === "directory" ? 3 : 2);
    },
    accessOf: (path) => {
      const stat = fs.lstat(path);
      if (stat === null || may(stat, 6)) return real.accessOf(reach(path));
      return may(stat, 4) ? "read" : "none";
    },
    freeSpace: (path) => real.freeSpace(reach(path)),
    openDirectory: (path) => real.openDirectory(reach(path)),
  };

  const existing = (path: string): Stat => {
    const stat = real.lstat(toReal(path));
    if (stat === null) throw new Error(`the test's tree has no ${path}`);
    return stat;
  };
  return {
    fs: byPlainPaths(fs),
    mutations,
    own: (path, owner) => owners.set(key(existing(path)), owner),
    ownerOf: (path) => {
      const { uid, gid } = withOwner(existing(path));
      return { uid, gid };
    },
  };
}

/** What is reached through a held directory's descriptor is at that directory's path: nobody else moves it here. */
function byPlainPaths(fs: FileSystem): FileSystem {
  const held = new Map<string, string>();
  const plain = (path: Path): Path => {
    const [, descriptor = "", rest = ""] =
      /^\/proc\/self\/fd\/(\d+)(\/.*)?$/s.exec(path.toString("latin1")) ?? [];
    const directory = held.get(descriptor);
    if (directory === undefined) return path;
    const below = rest === "/." ? "" : rest;
    if (typeof path === "string") return `${directory}${below}`;
    return Buffer.concat([Buffer.from(directory), Buffer.from(below, "latin1")]);
  };
  const named = Object.entries(fs).map(([name, call]: [string, (...args: unknown[]) => unknown]) => {
    const onPaths = (...args: unknown[]): unknown =>
      call(...args.map((argument, index) => (index < 2 && isPath(argument) ? plain(argument) : argument)));
    return [name, ON_DESCRIPTOR.has(name) ? call : onPaths] as const;
  });
  const port = Object.fromEntries(named) as unknown as FileSystem;
  return {
    ...port,
    openDirectory: (path) => {
      const descriptor = port.openDirectory(path);
      held.set(descriptor.toString(), plain(path).toString());
      return descriptor;
    },
    rename: (from, to) => {
      const [before, after] = [plain(from).toString(), plain(to).toString()];
      port.rename(from, to);
      for (const [descriptor, path] of held)
        if (`${path}/`.startsWith(`${before}/`)) held.set(descriptor, after + path.slice(before.length));
    },
    close: (descriptor) => {
      held.delete(descriptor.toString());
      fs.close(descriptor);
    },
  };
}

const ON_DESCRIPTOR: ReadonlySet<string> = new Set(["fstat", "read", "write", "truncate", "fsync", "close"]);

function isPath(argument: unknown): argument is Path {
  return typeof argument === "string" || Buffer.isBuffer(argument);
}

/** `realpath(3)`, by the port's own calls: the links of a made-up machine lead to made-up places. */
function resolveLinks(fs: FileSystem, path: string): string | null {
  const rest = path.split("/").filter((part) => part !== "");
  let at = "";
  for (let hops = 0; rest.length > 0;) {
    const part = rest.shift() ?? "";
    if (part === ".") continue;
    if (part === "..") {
      at = at.slice(0, at.lastIndexOf("/"));
      continue;
    }
    const next = `${at}/${part}`;
    const stat = fs.lstat(next);
    if (stat === null) return null;
    if (stat.type !== "symlink") {
      if (rest.length > 0 && stat.type !== "directory") return null;
      at = next;
      continue;
    }
    hops += 1;
    if (hops > HOPS) return null;
    const text = fs.readlink(next).toString();
    if (text.startsWith("/")) at = "";
    rest.unshift(...text.split("/").filter((name) => name !== ""));
  }
  return at === "" ? "/" : at;
}
