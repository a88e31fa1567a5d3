import { login } from "../fault/scenarios.ts";
import { CANARY, type Place } from "../fault/place.ts";
import { readTree, type Found } from "../support/found-tree.ts";
import type { Logins, SidesBefore } from "./two-sides.ts";

/** What of both sides is nowhere in the place any more, under its own path below whatever directory. */
export function missing(place: Place, { home, store }: SidesBefore, logins: Logins): string[] {
  const now = [...readTree(place.root)];
  const isThere = (path: string, before: Found): boolean =>
    now.some(
      ([there, { kind, content }]) =>
        there.endsWith(`/${path}`) && kind === before.kind && content === before.content,
    );
  const trees = [...home, ...store]
    .filter(([path, before]) => before.kind !== "directory" && !isThere(path, before))
    .map(([path, { kind }]) => `${kind} lost: ${JSON.stringify(path)}`);
  const texts = new Set(now.map(([, { content }]) => content));
  const isLost = (name: keyof Logins): boolean =>
    logins[name] !== null && !texts.has(login(name, logins[name]));
  return [
    ...trees,
    ...(["home", "store"] as const).filter(isLost).map((name) => `the ${name}'s login is lost`),
  ];
}

/** Files that hold a secret and may be read by others. */
export function exposedIn(place: Place): string[] {
  return [...readTree(place.root)]
    .filter(([, { kind, content, mode }]) => kind === "file" && content.includes(CANARY) && mode & 0o077)
    .map(([path]) => path);
}
