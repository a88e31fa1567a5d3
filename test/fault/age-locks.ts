import { lstatSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./place.ts";

/** The locks that a killed run left, and its claims on others', become as old as if nobody had touched them for an hour. */
export function ageLocks({ root }: Place): void {
  const then = Date.now() / 1000 - 3600;
  const age = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      if (!lstatSync(path).isDirectory()) continue;
      age(path);
      if (name.includes(".lock")) utimesSync(path, then, then);
    }
  };
  age(root);
}
