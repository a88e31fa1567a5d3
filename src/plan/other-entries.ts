import { isObject, parseObject } from "../inspect/credential.ts";

const LOGIN = "claudeAiOauth";

/**
 * A credential with what another one holds beside its login: entries of other tools (`mcpOAuth`), which Claude Code's own
 * login leaves as they are.
 * @returns `text` itself where there are none, or where one of the two is no JSON object
 */
export function withOtherEntries(text: string, other: string): string {
  const [document, old] = [parseObject(text), parseObject(other)];
  if (document === null || old === null) return text;
  const missing = Object.entries(old).filter(([name]) => name !== LOGIN && document[name] === undefined);
  return missing.length === 0 ? text : JSON.stringify({ ...document, ...Object.fromEntries(missing) });
}

/** Whether the logins of two credentials are the very same, whatever else is in the files. */
export function isSameLogin(one: string, other: string): boolean {
  const [first, second] = [parseObject(one)?.[LOGIN], parseObject(other)?.[LOGIN]];
  return isObject(first) && isObject(second) && JSON.stringify(first) === JSON.stringify(second);
}
