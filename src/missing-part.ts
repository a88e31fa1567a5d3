import { printable } from "./report/printable.ts";

/**
 * One line for the case that a file of the bundle is not there: deleted by hand, or an image that was copied in part.
 * @param error what was thrown where it was to be loaded
 * @returns null for any other error
 */
export function describeMissingPart(error: unknown): string | null {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) return null;
  const path =
    /^Cannot find module '(.+)' imported from /.exec(error.message)?.[1] ?? "a file of the program";
  return `${printable(path)} is missing: rebuild the container, or install the package again`;
}
