import type { InstalledClient } from "../../inspect/installed-client.ts";
import { isNewerVersion } from "../../init/version-order.ts";
import { finding, type Finding } from "../../report/finding.ts";

/**
 * The oldest Claude Code whose way to keep and to lock the login is known well enough (facts C4, C7: its locks were
 * observed, and `CLAUDE_SECURESTORAGE_CONFIG_DIR` came with about this version). Older ones stop where the lock beside the
 * directory cannot be made, or replace the link of `~/.claude.json` by a file (facts C3, C5).
 */
export const OLDEST_CLIENT = "2.1.220";

/** A Claude Code that is too old to rely on; none where its version is not known. */
export function checkClient(client: InstalledClient | null): Finding[] {
  if (client?.version === null || client === null || !isNewerVersion(OLDEST_CLIENT, client.version))
    return [];
  return [
    finding(
      "CLIENT_OUTDATED",
      `Claude Code ${client.version} (${client.path}) is older than ${OLDEST_CLIENT}: it may not take the locks that keep a login whole, and may replace links by files`,
      "update it: claude update   or the line that installs it in the image",
      client.path,
    ),
  ];
}
