import type { FileSystem } from "../apply/file-system.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findOnPath } from "../inspect/programs.ts";

/**
 * The program `age`, which alone knows keys of ssh's.
 * @param command for the message; @param instead what can be given in place of such a key
 * @throws UserError where there is none on PATH
 */
export function findAgeProgram(
  fs: FileSystem,
  { env }: Pick<Context, "env">,
  command: string,
  instead: string,
): string {
  const program = findOnPath(fs, env["PATH"] ?? "", "age");
  if (program !== null) return program;
  throw new UserError(
    `${command}: a key of ssh's needs the program age, and there is none on PATH`,
    `install it (apt-get install age), or give a key of age's own${instead}`,
  );
}
