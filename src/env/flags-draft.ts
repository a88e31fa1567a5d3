import { UserError } from "../errors.ts";
import type { Draft } from "./draft.ts";
import { checkSetting } from "./env-names.ts";
import type { EnvSetOptions } from "./options.ts";

/**
 * The draft that the flags make of what is set already: what no flag names stays as it is.
 * @param input all of standard input: the token's line, then one for each header, in the order of the flags
 * @throws UserError (exit code 2)
 */
export function draftFromFlags(present: Draft, options: EnvSetOptions, input: string): Draft {
  const lines = input.split(/\r?\n/);
  const token = options.tokenStdin ? (lines.shift() ?? "") : null;
  const headers = options.headers.map((name): [string, string] => {
    const value = lines.shift();
    if (value === undefined || value === "")
      throw new UserError(
        `env set: standard input has no line for the header ${name}`,
        "give the token's line first (--token-stdin), then one line for each --header; nothing was changed",
        2,
      );
    return [name, value];
  });
  if (lines.some((line) => line !== ""))
    throw new UserError(
      "env set: standard input has more lines than --token-stdin and --header ask for",
      "give the token's line, then one line for each --header; nothing was changed",
      2,
    );
  const settings = options.settings.map(([name, value]): [string, string] => {
    refuseSetting(name);
    return [name, value];
  });
  // A token of another kind is another token.
  const isOtherKind = options.kind !== null && options.kind !== present.kind;
  return {
    baseUrl: options.baseUrl === null ? present.baseUrl : options.baseUrl === "" ? null : options.baseUrl,
    kind: options.kind ?? present.kind,
    token: token ?? (isOtherKind ? null : present.token),
    headers: options.headers.length === 0 ? present.headers : headers,
    others: new Map([...present.others, ...settings].filter(([, value]) => value !== "")),
    to: options.to ?? present.to,
  };
}

const WHY = {
  secret: "carries a secret",
  "not-ours": "is none of Claude Code's variables",
  "bad-name": "is no name of a variable",
  dangerous: "decides which code is run",
  "has-flag": "has a flag of its own, --base-url",
} as const;

function refuseSetting(name: string): void {
  const verdict = checkSetting(name);
  if (verdict === "ok") return;
  const hint =
    verdict === "secret"
      ? "secrets come on standard input: --token-stdin, --header"
      : "--set takes ANTHROPIC_*, CLAUDE_CODE_*, DISABLE_* and NO_PROXY";
  throw new UserError(`env set: --set ${name}: that ${WHY[verdict]}`, `${hint}; nothing was changed`, 2);
}
