import { randomBytes } from "node:crypto";
import { makeRunFolder, removeRunFolder } from "../apply/run-folder.ts";
import type { Context } from "../context.ts";
import type { Machine } from "../inspect/inspect.ts";
import { runTag } from "../inspect/run-tag.ts";
import { printable } from "../report/printable.ts";

/**
 * Makes the private folder of this process, in the user's runtime directory or else in `/tmp`.
 * @returns its absolute path. Throws the `ErrnoException` of a folder that cannot be made.
 */
export function makeOwnRunFolder(
  { fs, user, now, pid }: Pick<Machine, "fs" | "user" | "now" | "pid">,
  { env }: Pick<Context, "env">,
): string {
  return makeRunFolder({
    ...{ fs, user, now: now(), tag: runTag(fs, pid), nonce: randomBytes(8).toString("hex") },
    runtimeDirectory: env["XDG_RUNTIME_DIR"],
  });
}

/** Removes such a folder, and says where something of it stays: a later run takes that away. */
export function discardRunFolder(
  { fs }: Pick<Machine, "fs">,
  { err }: Pick<Context, "err">,
  folder: string,
  command: string,
): void {
  if (!removeRunFolder(fs, folder))
    err(
      `claude-credentials: ${command}: ${printable(folder)} could not be removed whole: something still works in it\n`,
    );
}
