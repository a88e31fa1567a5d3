import type { Node } from "jsonc-parser";
import type { ParsedConfig } from "./parse-config.ts";
import { findKey } from "./properties.ts";

/** True where a devcontainer.json says by itself that there is a Node: by that Feature, or by the image's name. */
export function showsNode({ root, features }: ParsedConfig): boolean {
  if (findKey(features, "node") !== null) return true;
  const image: unknown = root.children?.find(isImage)?.children?.[1]?.value;
  return typeof image === "string" && /node/i.test(image);
}

function isImage(property: Node): boolean {
  return property.children?.[0]?.value === "image";
}
