import { envState } from "../plan/env-state.ts";
import { parseEnvOptions } from "../env/options.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { inspectEnv } from "../inspect/inspect-env.ts";
import { displayPath } from "../layout.ts";
import { printable } from "../report/printable.ts";
import { describeEnvInspection } from "../report/verbose-env.ts";
import { verboseLines } from "../report/verbose.ts";
import type { EnvCommand } from "./env.ts";

/** `env verify`: silent where nothing is set, one line where all is well, exit 1 and the names of what is missing where not. */
export const envVerify: EnvCommand = (machine, args, context) => {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseEnvOptions(args, { ...context, feature }, "env verify");
  const { env } = inspectEnv(machine, options, context.env);
  const { outcome, missing } = envState(env);
  if (options.verbose)
    context.err(
      describeEnvInspection(env) +
        verboseLines([`decided: ${outcome}, missing: ${missing.join(", ") || "nothing"}`]),
    );
  if (options.json) context.out(`${JSON.stringify({ version: 1, outcome, missing })}\n`);
  else if (outcome === "ok") context.out("claude-credentials: the API mode is set, and nothing is missing\n");
  else if (outcome === "incomplete") {
    const names = missing.map((name) => printable(displayPath(name, options.home))).join(", ");
    context.err(
      `claude-credentials: the API mode is incomplete, missing: ${names}\n  run: claude-credentials start   and if that does not help: claude-credentials env set\n`,
    );
  }
  return Promise.resolve(outcome === "incomplete" ? 1 : 0);
};
