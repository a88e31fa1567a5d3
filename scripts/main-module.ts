import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** True where the module `url` (its `import.meta.url`) is the program that was started, not a part of another. */
export function isMain(url: string): boolean {
  const program = process.argv[1];
  return program !== undefined && realpathSync(program) === fileURLToPath(url);
}
