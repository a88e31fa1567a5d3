import type { Node } from "jsonc-parser";
import { featureIdOf } from "./feature-key.ts";

/** The keys of an object, in the file's order, and where they stand; none for null. */
export function keysOf(object: Node | null): { readonly key: string; readonly offset: number }[] {
  return (object?.children ?? []).map((property) => ({
    key: String(property.children?.[0]?.value),
    offset: property.offset,
  }));
}

/** The key under "features" that names the Feature `id`, in whatever form, or null. */
export function findKey(
  features: Node | null,
  id: string,
): { readonly key: string; readonly offset: number } | null {
  return keysOf(features).find(({ key }) => featureIdOf(key) === id) ?? null;
}
