import type { FileSystem } from "../apply/file-system.ts";
import { writeNew } from "../apply/transfer.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";

/** What names standard input in the place of a path. */
export const STANDARD_INPUT = "-";

/**
 * Brings the text of a `.credentials.json`, as a keychain holds it, from standard input into a new private directory.
 * @throws UserError where a person would have to type it, or nothing comes
 */
export async function readLoginInto(fs: FileSystem, context: Context, into: string): Promise<void> {
  const hint =
    'on macOS: security find-generic-password -s "Claude Code-credentials" -w | claude-credentials restore --from -';
  if (context.terminal !== null)
    throw new UserError("restore: --from - reads standard input, which is a terminal", hint, 2);
  const text = await context.readInput();
  if (text.trim() === "") throw new UserError("restore: nothing came on standard input", hint);
  fs.mkdir(into, 0o700);
  writeNew(fs, `${into}/${CREDENTIAL_NAME}`, text);
}
