import { MACHINE_BOUND, SETTINGS_NAMES } from "./config-entries.ts";
import { CREDENTIAL_NAME, INCOMING_PREFIX, isLockName, STATE_NAME } from "./plan-merge.ts";

/** The files of a configuration directory that make a login. */
export const OF_LOGIN: ReadonlySet<string> = new Set([CREDENTIAL_NAME, STATE_NAME, ...SETTINGS_NAMES]);

/**
 * Whether an entry of the configuration directory itself goes along as it is when all of it is captured. What carries a
 * login or a secret is read and judged by itself; what runs, or is one machine's, stays.
 */
export function isCapturedAsItIs(name: string): boolean {
  const isOwn = [...OF_LOGIN].some((own) => name.startsWith(own));
  return !isOwn && !MACHINE_BOUND.has(name) && !isRuntime(name);
}

/** A credential under whatever name an editor or a person gave it: it may renew itself. */
export function mayHoldLogin(name: string): boolean {
  return name.includes(CREDENTIAL_NAME);
}

/** A lock or a file of the moment, at whatever depth. */
export function isRuntime(name: string): boolean {
  return isLockName(name) || name.startsWith(INCOMING_PREFIX) || /\.lock(?:\.owner)?$/.test(name);
}

/**
 * Whether a symlink leads to something that goes along with it: by its text alone, upwards first and then down.
 * @param path the symlink's own, relative to the configuration directory
 */
export function staysInside(path: string, text: string): boolean {
  if (text === "" || text.startsWith("/")) return false;
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  const up = parts.findIndex((part) => part !== "..");
  const ups = up === -1 ? parts.length : up;
  return ups <= path.split("/").length - 1 && !parts.slice(ups).includes("..");
}
