import * as path from "node:path";
import { writeDurably } from "../apply/durable-write.ts";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { errnoCode } from "../errors.ts";
import type { Action, ActionOutcome, Step } from "./action.ts";
import { temporaryIn } from "./leftover.ts";

/** @returns the owner that a file at this path is to get, or null for the caller's own. */
export type OwnerOf = (file: string) => Owner | null;

/**
 * Does the steps of the actions, in order, each file swapped in by one rename. A system call that fails ends it:
 * its action is `failed`, those after it are `skipped`. Run again, it goes on where it stopped.
 */
export function applyInit(fs: FileSystem, actions: readonly Action[], ownerOf: OwnerOf): ActionOutcome[] {
  let stopped = false;
  return actions.map((action) => {
    const outcome = { kind: action.kind, path: action.path };
    if (stopped) return { ...outcome, result: "skipped", reason: "not reached" };
    const failure = applySteps(fs, action.steps, ownerOf);
    stopped = failure !== null;
    return failure === null
      ? { ...outcome, result: action.result, reason: action.reason }
      : { ...outcome, result: "failed", reason: failure };
  });
}

function applySteps(fs: FileSystem, steps: readonly Step[], ownerOf: OwnerOf): string | null {
  for (const step of steps) {
    try {
      applyStep(fs, step, ownerOf);
    } catch (error) {
      const code = errnoCode(error);
      if (code === undefined) throw error;
      return `${describeFailure(error, code)} at ${step.path}`;
    }
  }
  return null;
}

/** `no space left on device (ENOSPC)`: Node's messages begin `CODE: words, call`. */
function describeFailure(error: unknown, code: string): string {
  const words = error instanceof Error ? /^[A-Z0-9]+: ([^,']+)/.exec(error.message)?.[1] : undefined;
  return words === undefined ? code : `${words} (${code})`;
}

function applyStep(fs: FileSystem, step: Step, ownerOf: OwnerOf): void {
  switch (step.kind) {
    case "make-folder":
      makeFolder(fs, step.path, ownerOf);
      break;
    case "write-file": {
      const directory = path.dirname(step.path);
      writeDurably(fs, { ...step, owner: ownerOf(step.path), temporary: temporaryIn(directory), directory });
      break;
    }
    case "set-mode":
      fs.chmod(step.path, step.mode);
      break;
    case "remove-file":
      fs.unlink(step.path);
      break;
  }
}

/** Makes the folder and what is missing above it, each durable before the next. */
function makeFolder(fs: FileSystem, folder: string, ownerOf: OwnerOf): void {
  if (fs.stat(folder) !== null) return;
  const parent = path.dirname(folder);
  makeFolder(fs, parent, ownerOf);
  fs.mkdir(folder, 0o777);
  const owner = ownerOf(folder);
  if (owner !== null) fs.lchown(folder, owner);
  fs.syncDirectory(parent);
}
