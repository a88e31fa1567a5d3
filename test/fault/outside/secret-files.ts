import { stringsOf, type TracedCall } from "./strace.ts";

/** A file, under whatever names. */
interface TracedFile {
  /** The mode that it was made with, and all that it was given. */
  readonly modes: number[];
  path: string;
  isSecret: boolean;
}

/** Where secrets were written to, over several runs. */
export interface SecretFiles {
  /** Their paths, and the modes that they had; a file that was there before has none until it is given one. */
  readonly files: readonly Readonly<TracedFile>[];
  /** What is no file: pipes, sockets, terminals. */
  readonly elsewhere: readonly string[];
}

const MAKING = ["open", "openat", "creat", "mknod", "mknodat"];
const WRITING = ["write", "pwrite64", "writev", "pwritev", "sendto", "sendmsg"];

/** Follows every file by what is written to it, from its making over each of its names. */
export function findSecretFiles(
  calls: readonly TracedCall[],
  isSecret: (text: string) => boolean,
): SecretFiles {
  const files = new Map<string, TracedFile>();
  const all = new Set<TracedFile>();
  const elsewhere: string[] = [];
  const descriptors = new Map<string, string>();
  const fileAt = (path: string, modes: number[] = []): TracedFile => {
    const file = files.get(path) ?? { modes, path, isSecret: false };
    files.set(path, file);
    all.add(file);
    return file;
  };
  for (const call of calls) {
    const { name, text, thread } = call;
    const resolve = (path = ""): string =>
      path.replace(/^\/proc\/(?:self|thread-self)\/fd\/(\d+)/, (_, descriptor: string) => {
        const found = descriptors.get(`${thread} ${descriptor}`);
        if (found === undefined) throw new Error(`what is open is not known: ${text.slice(0, 200)}`);
        return found;
      });
    const [, descriptor = "", opened = ""] = / = (\d+)<(.*)>$/.exec(text) ?? [];
    if (MAKING.includes(name)) descriptors.set(`${thread} ${descriptor}`, opened);
    if (MAKING.includes(name) && (text.includes("O_CREAT") || /^(?:creat|mknod)/.test(name))) {
      const path = opened === "" ? resolve(stringsOf(call)[0]) : opened;
      files.delete(path);
      fileAt(path, [lastMode(text)]);
    } else if (name === "chmod" || name === "fchmodat") {
      fileAt(resolve(stringsOf(call)[0])).modes.push(lastMode(text));
    } else if (name === "fchmod") {
      fileAt(descriptorPaths(text)[0] ?? "").modes.push(lastMode(text));
    } else if (name.startsWith("rename")) {
      const [from = "", to = ""] = stringsOf(call).map((path) => resolve(path));
      for (const [key, path] of descriptors) descriptors.set(key, moved(path, from, to));
      for (const [path, file] of [...files]) {
        const now = moved(path, from, to);
        if (now === path) continue;
        files.delete(path);
        files.set(now, file);
        file.path = now;
      }
    } else if (name.startsWith("link")) {
      const [from = "", to = ""] = stringsOf(call).map((path) => resolve(path));
      const file = files.get(from);
      if (file !== undefined) files.set(to, file);
    } else if (WRITING.includes(name) && isSecret(text)) {
      const [path = ""] = descriptorPaths(text);
      if (path.startsWith("/")) fileAt(path).isSecret = true;
      else elsewhere.push(path);
    } else if (name === "copy_file_range" || name === "sendfile") {
      const paths = descriptorPaths(text);
      const [from = "", to = ""] = name === "sendfile" ? paths.reverse() : paths;
      if (files.get(from)?.isSecret === true) fileAt(to).isSecret = true;
    }
  }
  return { files: [...all].filter((file) => file.isSecret), elsewhere };
}

/** What a path is when `from`, or a directory above it that is so called, has become `to`. */
function moved(path: string, from: string, to: string): string {
  return path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
}

function lastMode(text: string): number {
  return Number.parseInt(/, (?:S_IF\w+\|)?(0[0-7]*)\) += /.exec(text)?.[1] ?? "0777", 8);
}

function descriptorPaths(text: string): string[] {
  const [before = ""] = text.split('"', 1);
  return [...before.matchAll(/[( ]\d+<([^>]*)>/g)].map(([, path = ""]) => path);
}
