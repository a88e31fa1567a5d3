import { parseEnvOptions } from "../env/options.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { inspectEnv } from "../inspect/inspect-env.ts";
import { envShowReport, renderEnvShow } from "../report/env-show.ts";
import { describeEnvInspection } from "../report/verbose-env.ts";
import type { EnvCommand } from "./env.ts";

/** `env show`: everything of the API mode but its secrets. */
export const envShow: EnvCommand = (machine, args, context) => {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseEnvOptions(args, { ...context, feature }, "env show");
  const look = inspectEnv(machine, options, context.env);
  if (options.verbose) context.err(describeEnvInspection(look.env));
  const report = envShowReport(look);
  context.out(options.json ? `${JSON.stringify(report)}\n` : renderEnvShow(report, options.home));
  return Promise.resolve(0);
};
