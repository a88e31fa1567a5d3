import { bringLogin, type Bringing, type Brought } from "../../src/commands/bring-login.ts";
import { holding } from "../../src/commands/holding.ts";
import type { Machine } from "../../src/inspect/inspect.ts";
import { NOBODY_THERE } from "./context.ts";
import { login } from "./login.ts";
import type { TestMachine } from "./machine.ts";
import { file, type Tree } from "./tree.ts";

export const NEW_LOGIN = login("new");
const FACTS = { oauthAccount: { emailAddress: "new@example.com" }, hasCompletedOnboarding: true };

/** The login that `bring` brings. */
export const BROUGHT: Tree = {
  "private/.credentials.json": file(NEW_LOGIN),
  "private/.claude.json": file(JSON.stringify(FACTS)),
};

/**
 * Brings the login in `private` to `to`, or to where the home leads.
 * @param machine instead of the made one's own
 */
export async function bring(
  made: TestMachine,
  to: string | null,
  more: Partial<Bringing> = {},
  machine: Machine = made.machine,
): Promise<Brought> {
  const context = { env: {}, cwd: "/", version: "1", bundlePath: "/", out: () => undefined };
  const place = { home: made.home, configDirectory: null, credentialDirectory: null };
  return await holding(machine, (held) =>
    bringLogin(
      held,
      { ...NOBODY_THERE, ...context, err: () => undefined },
      {
        source: made.path("private"),
        place: { ...place, to: to === null ? null : made.path(to) },
        ...{ kind: "fresh", command: "login", again: "try again", owner: null, wait: 100, verbose: false },
        ...more,
      },
    ),
  );
}
