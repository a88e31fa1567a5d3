import { BASE_URL_VARIABLE, HEADERS_VARIABLE, TOKEN_VARIABLE } from "../env/env-names.ts";
import { CLOUD_VARIABLES, GATEWAY_VARIABLE, HELPER } from "../env/mode-in-force.ts";
import { isObject, parseObject } from "../inspect/credential.ts";

/** What `env set` always has a say in, and what lets somebody else answer than Anthropic: settings beat the environment (facts C12). */
const MANAGED: readonly string[] = [
  ...[BASE_URL_VARIABLE, HEADERS_VARIABLE, GATEWAY_VARIABLE],
  ...[...Object.values(TOKEN_VARIABLE), ...CLOUD_VARIABLES],
];
const SECRET = /TOKEN|KEY|HEADERS/i;

/**
 * Settings as they may go elsewhere: without what logs in another way, and without what may be a secret. All else stays.
 * @param managed the variables that `env set` keeps in its file
 * @returns null for what is no settings file
 */
export function portableSettings(text: string, managed: ReadonlySet<string>): string | null {
  const document = parseObject(text.replace(/^\uFEFF/, ""));
  if (document === null) return null;
  const { env } = document;
  const rest = Object.fromEntries(
    Object.entries(document).filter(([name]) => name !== HELPER && name !== "env"),
  );
  if (!isObject(env)) return render(rest);
  const kept = Object.entries(env).filter(
    ([name]) => !managed.has(name) && !MANAGED.includes(name) && !SECRET.test(name),
  );
  return render(kept.length === 0 ? rest : { ...rest, env: Object.fromEntries(kept) });
}

function render(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
