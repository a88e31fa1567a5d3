import { UserError } from "../errors.ts";
import {
  COMMON_FLAGS,
  commonOptions,
  parseFlags,
  type CommonOptions,
  type OptionSources,
} from "../options.ts";
import type { EnvFile } from "./env-file.ts";
import { TOKEN_VARIABLE, type TokenKind } from "./env-names.ts";

export type Target = NonNullable<EnvFile["to"]>;

/** The flags of `env set`. Null where one is not given. */
export interface EnvSetOptions extends CommonOptions {
  /** "" for Anthropic's own. */
  readonly baseUrl: string | null;
  readonly kind: TokenKind | null;
  readonly tokenStdin: boolean;
  /** Names; their values come on standard input. */
  readonly headers: readonly string[];
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly to: Target | null;
  readonly insecure: boolean;
  readonly test: boolean;
  /** True where any flag says what is to be set: then nothing is asked. */
  readonly isScripted: boolean;
}

const SET_FLAGS = {
  ...COMMON_FLAGS,
  "base-url": { type: "string" },
  kind: { type: "string" },
  "token-stdin": { type: "boolean" },
  header: { type: "string", multiple: true },
  set: { type: "string", multiple: true },
  to: { type: "string" },
  insecure: { type: "boolean" },
  "no-test": { type: "boolean" },
} as const;

/** @throws UserError (exit code 2) */
export function parseEnvSetOptions(args: readonly string[], sources: OptionSources): EnvSetOptions {
  const flags = parseFlags(args, SET_FLAGS, "env set");
  const kinds = Object.keys(TOKEN_VARIABLE) as TokenKind[];
  const settings = (flags.set ?? []).map(parseSetting);
  const isScripted = ["base-url", "kind", "token-stdin", "header", "set", "to"].some((name) => name in flags);
  return {
    ...commonOptions(flags, sources, "env set"),
    baseUrl: flags["base-url"] ?? null,
    kind: oneOf("--kind", flags.kind, kinds),
    tokenStdin: flags["token-stdin"] ?? false,
    headers: flags.header ?? [],
    settings,
    to: oneOf("--to", flags.to, ["shell", "settings", "both"]),
    insecure: flags.insecure ?? false,
    test: flags["no-test"] !== true,
    isScripted,
  };
}

/** @throws UserError (exit code 2) */
export function parseEnvOptions(
  args: readonly string[],
  sources: OptionSources,
  command: string,
): CommonOptions {
  return commonOptions(parseFlags(args, COMMON_FLAGS, command), sources, command);
}

function oneOf<T extends string>(flag: string, value: string | undefined, known: readonly T[]): T | null {
  if (value === undefined) return null;
  const found = known.find((word) => word === value);
  if (found !== undefined) return found;
  throw new UserError(`env set: ${flag} '${value}' is none of: ${known.join(", ")}`, "correct the flag", 2);
}

function parseSetting(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  // A word without '=' may be a token that was given in the wrong place: it is not repeated.
  if (at < 1)
    throw new UserError(
      "env set: --set is not of the form KEY=VALUE",
      "for example: --set DISABLE_TELEMETRY=1",
      2,
    );
  return [text.slice(0, at), text.slice(at + 1)];
}
