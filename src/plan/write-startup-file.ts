import type { Owner } from "../apply/file-system.ts";
import type { RcFile } from "../inspect/rc-files.ts";
import type { Action } from "./action.ts";

/** A changed startup file. */
export interface StartupChange {
  /** What it is to hold, in latin1; null removes it. */
  readonly text: string | null;
  readonly reason: string;
  /** Whom what is made belongs to; null for whoever makes it. */
  readonly owner: Owner | null;
  readonly user: Owner;
  /** A name in a directory that nothing has. */
  readonly temporary: (directory: string, what: string) => string;
}

/** The directories that are missing, and then the file, by one rename. */
export function writeStartupFile(rc: RcFile, change: StartupChange): Action[] {
  const { file, missing, mode, owner } = rc;
  const { text, reason, user, temporary } = change;
  if (text === null)
    return rc.text === null ? [] : [{ part: "env", kind: "remove-file", path: file, reason }];
  const directories = missing.map((path): Action => ({
    part: "env",
    kind: "make-directory",
    path,
    mode: 0o755,
    making: "mkdir",
    owner: change.owner,
    user,
    reason: "for the shell's startup file",
  }));
  return [
    ...directories,
    {
      part: "env",
      kind: "write-file",
      path: file,
      content: text,
      encoding: "latin1",
      was: rc.text,
      mode,
      owner: owner ?? change.owner,
      temporary: temporary(file.slice(0, file.lastIndexOf("/")), `${rc.kind}-unfinished`),
      reason,
    },
  ];
}
