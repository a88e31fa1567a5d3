import type { Node } from "jsonc-parser";

/** The keys of an object, in the file's order; none for null. */
export function keysOf(object: Node | null): string[] {
  return (object?.children ?? []).map((property) => String(property.children?.[0]?.value));
}
