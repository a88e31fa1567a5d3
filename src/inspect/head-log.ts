import { createHash } from "node:crypto";
import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";

/** What a repository's `HEAD` has pointed to, as git wrote it down: whatever it named was checked out. */
export interface HeadLog {
  /** The newest last. */
  readonly commits: readonly string[];
  /** Stands for how far the log has come. */
  readonly position: string;
}

const LIMIT = 32 * 1024 * 1024;

/**
 * Reads the log of `HEAD`.
 * @param top the folder that holds `.git`, a directory or the file that names one
 * @param since a `position`: what came before it is left out, as far as the log still shows where that was
 */
export function readHeadLog(fs: FileSystem, top: string, since: string | null): HeadLog {
  const lines = readLines(fs, top);
  if (lines.length === 0) return { commits: [], position: positionAt(lines) };
  const seen = since === null ? 0 : Number(since.split(" ")[0]);
  const isWhereItWas = since !== null && seen <= lines.length && positionAt(lines.slice(0, seen)) === since;
  const commits = lines
    .slice(isWhereItWas ? seen : 0)
    .flatMap((line) => /^[0-9a-f]+ ([0-9a-f]{40,64}) /.exec(line)?.[1] ?? []);
  return { commits: [...new Set(commits)], position: positionAt(lines) };
}

function positionAt(lines: readonly string[]): string {
  const newest = createHash("sha256").update(lines.at(-1) ?? "");
  return `${lines.length.toString()} ${newest.digest("hex")}`;
}

function readLines(fs: FileSystem, top: string): string[] {
  try {
    const directory = gitDirectoryOf(fs, top === "/" ? "" : top);
    const bytes = directory === null ? null : readSmallFile(fs, `${directory}/logs/HEAD`, LIMIT);
    return (
      bytes
        ?.toString("latin1")
        .split("\n")
        .filter((line) => line !== "") ?? []
    );
  } catch (error) {
    // Without a log nothing tells what was checked out; the index still tells what is.
    if (errnoCode(error) === undefined) throw error;
    return [];
  }
}

function gitDirectoryOf(fs: FileSystem, top: string): string | null {
  const path = `${top}/.git`;
  if (fs.lstat(path)?.type !== "file") return path;
  const named = /^gitdir: (.+)/.exec(readSmallFile(fs, path, 64 * 1024)?.toString() ?? "")?.[1];
  if (named === undefined) return null;
  return named.startsWith("/") ? named : `${top}/${named}`;
}
