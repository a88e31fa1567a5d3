import { forgetLogin } from "../apply/forget-login.ts";
import { removeTreeQuietly } from "../apply/remove-tree.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import type { Machine } from "../inspect/inspect.ts";
import type { PresentLogin } from "./present-login.ts";

export interface HandOver {
  readonly fs: Machine["fs"];
  readonly present: PresentLogin;
  /** The credential's text that was captured. */
  readonly text: string;
  /** What it was captured to. */
  readonly to: string;
  /** Name of this run. */
  readonly tag: string;
}

/**
 * Forgets a login that was captured whole. Only the very one that was captured goes; where it was renewed meanwhile the
 * captured one is no more worth anything, and goes in its place.
 * @throws UserError where it is not forgotten, or that cannot be told
 */
export async function handOver({ fs, present, text, to, tag }: HandOver): Promise<void> {
  const done = { isForgotten: false };
  try {
    const directory = fs.realpath(present.found.directory) ?? present.found.directory;
    const state = fs.realpath(present.found.state);
    await present.underLocks((locks) => {
      if (locks !== null) done.isForgotten = forgetLogin({ fs, locks, directory, state, text, tag });
    });
  } catch (error) {
    if (errnoCode(error) === undefined && !(error instanceof UserError || error instanceof Interrupted))
      throw error;
    // Locks that could not be given back age.
    if (done.isForgotten) return;
    if (!present.isStill(text))
      throw new UserError(
        `capture: ${to} holds the whole login, and whether it is forgotten here cannot be told (${error instanceof Error ? error.message : ""})`,
        "look with claude-credentials status, and use it in one of the two places alone",
      );
    removeTreeQuietly(fs, to);
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${error.message}. What was captured was removed again, and the login is as it was`,
      error.hint,
    );
  }
  if (done.isForgotten) return;
  removeTreeQuietly(fs, to);
  throw new UserError(
    "capture: the login was renewed while it was captured, so what was captured is spent, and was removed again",
    "run it again when no Claude Code works here",
  );
}
