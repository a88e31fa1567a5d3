import { anchored } from "../apply/anchored-file-system.ts";
import type { Command, Context } from "../context.ts";
import { UserError } from "../errors.ts";
import type { AnchoredMachine, Machine } from "../inspect/inspect.ts";
import { thisMachine } from "../inspect/machine.ts";
import { printable } from "../report/printable.ts";
import { envSet } from "./env-set.ts";
import { envShow } from "./env-show.ts";
import { envTest } from "./env-test.ts";
import { envUnset } from "./env-unset.ts";
import { envVerify } from "./env-verify.ts";

/** One of the commands behind `env`. */
export type EnvCommand = (
  machine: AnchoredMachine,
  args: readonly string[],
  context: Context,
) => Promise<number>;

const COMMANDS: Readonly<Record<string, EnvCommand>> = {
  set: envSet,
  show: envShow,
  verify: envVerify,
  test: envTest,
  unset: envUnset,
};

/** The API / LiteLLM proxy mode: a token in the environment of everything that runs in the container. */
export const runEnv: Command = (args, context) => runEnvOn(thisMachine(), args, context);

/** `runEnv` on a machine that the caller hands in. */
export async function runEnvOn(machine: Machine, args: readonly string[], context: Context): Promise<number> {
  const [name = "", ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new UserError(
      name === "" ? "env: what is to be done is not said" : `env: there is no 'env ${printable(name)}'`,
      `one of: claude-credentials env ${Object.keys(COMMANDS).join(", ")}`,
      2,
    );
  const fs = anchored(machine.fs);
  try {
    return await command({ ...machine, fs }, rest, context);
  } finally {
    fs.release();
  }
}
