import { printable } from "./printable.ts";

/** Lines for a person: the first one tells, the others belong to it. */
export function headed(lines: readonly string[]): string {
  return `${lines.map(printable).join("\n  ")}\n`;
}
