import type { Context } from "../context.ts";
import type { AnchoredMachine } from "../inspect/inspect.ts";
import type { StartOptions } from "../options.ts";
import type { EnvWish } from "../plan/env-wish.ts";
import { envChangeReport, type EnvChangeReport } from "../report/env-change.ts";
import { bringAbout, withRemembered } from "./bring-about.ts";

/**
 * Does what `start` does, so that there is a store, and then what is wished for: under the same locks, with the same
 * guarantees.
 */
export async function changeEnv(
  machine: AnchoredMachine,
  context: Context,
  options: StartOptions,
  wish: EnvWish,
): Promise<EnvChangeReport> {
  const plain = withRemembered(machine, options);
  const started = await bringAbout(machine, context, plain);
  const changed = await bringAbout(machine, context, { ...plain, env: wish });
  return envChangeReport(wish.kind === "unset" ? "unset" : "set", started, changed);
}
