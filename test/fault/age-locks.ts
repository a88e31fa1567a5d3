import { lstatSync, readdirSync, utimesSync } from "node:fs";
import type { Place } from "./place.ts";

/** The locks that a killed run left, and its claims on others', become as old as if nobody had touched them for an hour. */
export function ageLocks({ root }: Place): void {
  const then = Date.now() / 1000 - 3600;
  const age = (directory: Buffer): void => {
    for (const name of readdirSync(directory, { encoding: "buffer" })) {
      const path = Buffer.concat([directory, Buffer.from("/"), name]);
      if (!lstatSync(path).isDirectory()) continue;
      age(path);
      // A lock is named for what it locks.
      if (name.includes(".lock", 1)) utimesSync(path, then, then);
    }
  };
  age(Buffer.from(root));
}
