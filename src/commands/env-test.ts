import { envState } from "../plan/env-state.ts";
import { describeAnswer } from "../env/endpoint/describe-answer.ts";
import { parseEnvOptions } from "../env/options.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { inspectEnv } from "../inspect/inspect-env.ts";
import { printable } from "../report/printable.ts";
import { describeEnvInspection } from "../report/verbose-env.ts";
import { verboseLines } from "../report/verbose.ts";
import type { EnvCommand } from "./env.ts";
import { askEndpoint, effectiveEnvironment } from "./env-endpoint.ts";

/** `env test`: reaches the endpoint with the token that is set, by the way that the client takes. */
export const envTest: EnvCommand = async (machine, args, context) => {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseEnvOptions(args, { ...context, feature }, "env test");
  const { env } = inspectEnv(machine, options, context.env);
  const say = (outcome: string, missing: readonly string[], message: string, hint: string | null): void => {
    if (options.json) context.out(`${JSON.stringify({ version: 1, outcome, missing })}\n`);
    const text = `claude-credentials: ${printable(message)}\n${hint === null ? "" : `  ${printable(hint)}\n`}`;
    if (outcome === "ok" && !options.json) context.out(text);
    else context.err(text);
  };
  const variables = env.file.state === "valid" ? env.file.file : null;
  const found = envState(env);
  if (options.verbose)
    context.err(
      describeEnvInspection(env) +
        verboseLines([`variables: ${found.outcome}, missing: ${found.missing.join(", ") || "nothing"}`]),
    );
  const missing = found.missing.filter((name) => /^[A-Z_]+$/.test(name));
  if (variables === null && env.path === null) {
    say("not-configured", [], "the API mode is not set", "set it: claude-credentials env set");
    return 1;
  }
  if (variables === null || missing.length > 0) {
    const names = variables === null ? [env.path ?? env.link] : missing;
    say(
      "incomplete",
      names,
      `the API mode is incomplete, missing: ${names.join(", ")}`,
      "set it anew: claude-credentials env set",
    );
    return 1;
  }
  if (options.verbose) context.err(verboseLines(["asking the endpoint that these variables name"]));
  const answer = await askEndpoint(variables, effectiveEnvironment(env.sources, variables, context.env));
  const { message, hint } = describeAnswer(answer);
  say(answer.outcome, [], message, answer.outcome === "ok" ? null : hint);
  return answer.outcome === "ok" ? 0 : 1;
};
