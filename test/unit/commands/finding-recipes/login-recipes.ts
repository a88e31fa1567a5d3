import { BLANK, login } from "../../../support/login.ts";
import { HOUR, NOW } from "../../../support/machine.ts";
import { file, symlink, type Tree } from "../../../support/tree.ts";
import { install, status, withFlags, type Recipe } from "./recipe.ts";

/** A home with this credential, whose status is asked. */
function credential(content: string, mode = 0o600): Recipe {
  return { options: { tree: { "home/.claude/.credentials.json": file(content, mode) } }, command: status };
}

function home(tree: Tree): Recipe {
  return { options: { tree }, command: status };
}

/** How each code is had that says something of the login, of the links to it, or of Claude Code's state file. */
export const LOGIN_RECIPES = {
  CREDENTIAL_ABSENT: home({}),
  CREDENTIAL_BLANK: credential(BLANK),
  CREDENTIAL_MALFORMED: credential(""),
  CREDENTIAL_EXPIRED: credential(login("a", -1, { refreshTokenExpiresAt: NOW - HOUR })),
  CREDENTIAL_EXPIRING: credential(login("a", 1, { refreshTokenExpiresAt: NOW + HOUR })),
  CREDENTIAL_SCOPES: credential(login("a", 1, { scopes: ["user:profile"] })),
  CREDENTIAL_OLD: { ...credential(login("a")), command: withFlags(status, "--max-age", "1d") },
  ONBOARDING_MISSING: credential(login("a")),
  CREDENTIAL_MODE: credential(login("a"), 0o644),
  LINK_MISSING: home({ "home/.claude": symlink("/gone/.claude-credentials") }),
  LINK_REPLACED: home({ "home/.claude": file("x") }),
  STATE_MALFORMED: home({ "home/.claude.json": file('{"oauthAccount":{') }),
  IMAGE_HOLDS_CREDENTIAL: { ...credential(login("a")), command: install },
} as const satisfies Readonly<Record<string, Recipe>>;
