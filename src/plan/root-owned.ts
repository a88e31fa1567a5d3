import { GUARD_PATH } from "./guard.ts";

/** What the Feature puts into an image and root alone can remove. */
export const ROOT_OWNED_PATHS: readonly string[] = [
  "/usr/local/bin/claude-credentials",
  "/usr/local/share/claude-credentials",
  "/usr/local/lib/claude-credentials",
  GUARD_PATH,
];
