import { parseEnvOptions } from "../env/options.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { plainStart } from "../options.ts";
import { renderEnvChange } from "../report/env-change.ts";
import { changeEnv } from "./change-env.ts";
import type { EnvCommand } from "./env.ts";

const HEADLINES = {
  set: "the API mode is taken away",
  unset: "the API mode is taken away; a terminal that is open keeps its variables until it is closed",
  unchanged: "the API mode is not set, nothing changed",
  failed: "not all of the API mode could be taken away",
} as const;

/** `env unset`: takes the API mode away with all its traces. Twice changes nothing. */
export const envUnset: EnvCommand = async (machine, args, context) => {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const sources = { ...context, feature };
  const options = parseEnvOptions(args, sources, "env unset");
  const report = await changeEnv(machine, context, plainStart(options, sources), { kind: "unset" });
  if (options.json) context.out(`${JSON.stringify(report)}\n`);
  else context.out(renderEnvChange(report, options.home, HEADLINES[report.outcome], []));
  return report.outcome === "failed" ? 1 : 0;
};
