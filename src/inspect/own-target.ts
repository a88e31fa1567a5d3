import { storeLayout } from "../layout.ts";
import type { StatusInspection } from "./inspect-status.ts";

/**
 * Whether `text` is where `start` leads that link of the home's: what it wrote down, or the image's own directory,
 * which it takes where no place outlives the container.
 */
export function isOwnTarget(
  link: "config" | "state",
  text: string,
  { wanted, layout }: Pick<StatusInspection, "wanted" | "layout">,
): boolean {
  return text === wanted[link] || text === storeLayout(layout.buildRoot)[link];
}
