import type { Node } from "jsonc-parser";
import { featureIdOf } from "./feature-key.ts";
import type { ParsedConfig } from "./parse-config.ts";
import { keysOf } from "./properties.ts";

/** True where a devcontainer.json says by itself that there is a Node: by that Feature, or by the image's name. */
export function showsNode({ root, features }: ParsedConfig): boolean {
  if (keysOf(features).some((key) => featureIdOf(key) === "node")) return true;
  const image: unknown = root.children?.find(isImage)?.children?.[1]?.value;
  return typeof image === "string" && /node/i.test(image);
}

function isImage(property: Node): boolean {
  return property.children?.[0]?.value === "image";
}
