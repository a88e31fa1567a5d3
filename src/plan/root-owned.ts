import { basename } from "node:path";
import { NOTICE_PLACES } from "../notice/notice-sections.ts";
import { GUARD_PATH } from "./guard.ts";

/**
 * What the Feature puts into an image and root alone can remove. Sections in startup files of the machine are none of
 * it: they do nothing without the command.
 */
export const ROOT_OWNED_PATHS: readonly string[] = [
  "/usr/local/bin/claude-credentials",
  "/usr/local/share/claude-credentials",
  "/usr/local/lib/claude-credentials",
  GUARD_PATH,
  ...NOTICE_PLACES.map(({ path }) => path).filter((path) => basename(path).startsWith("claude-credentials.")),
];
