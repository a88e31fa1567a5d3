import { displayPath } from "../layout.ts";
import type { Sight } from "./check.ts";
import type { Sights } from "./doctor-looks.ts";
import { describeMode, loginState } from "./mode-findings.ts";
import { modeInForce } from "../env/mode-in-force.ts";
import { day, duration } from "./times.ts";

type Status = Sights["status"];

/** The login where nothing is wrong with it. */
export function describeLogin({ look, report }: Status): Sight {
  const { mode, loggedIn, account, credential } = report;
  if (mode !== "oauth" && mode !== "none")
    return { result: "ok", seen: `no login is needed: Claude Code uses ${describeInForce(look)}` };
  if (!loggedIn) return { result: "skipped", seen: "there is no login to look at" };
  const who = account?.email ?? null;
  const { expiresIn, hasRefreshToken, refreshTokenExpiresAt } = credential;
  const access =
    expiresIn === null || expiresIn > 0
      ? ""
      : `, access token expired ${duration(-expiresIn)} ago, renews itself`;
  const end =
    !hasRefreshToken && expiresIn !== null
      ? `, good for ${duration(expiresIn)}`
      : refreshTokenExpiresAt === null
        ? ""
        : `, login good until ${day(refreshTokenExpiresAt, look.status.now)}`;
  return { result: "ok", seen: `logged in${who === null ? "" : ` as ${who}`}${access}${end}` };
}

export function describeCredentialFile({ look: { status } }: Status): Sight {
  const { credentialEntry, credential } = status;
  if (credentialEntry === null) return { result: "skipped", seen: "there is no credential file" };
  const { mode, uid } = credentialEntry;
  const whose = uid === status.user.uid ? "yours" : `of uid ${uid.toString()}`;
  return { result: "ok", seen: `mode 0${mode.toString(8)}, ${whose}, ${credential.state}` };
}

export function describeOnboarding({ look: { status } }: Status): Sight {
  const { stateFile } = status;
  switch (stateFile.state) {
    case "absent":
      return { result: "skipped", seen: "there is no ~/.claude.json yet" };
    case "unreadable":
      return { result: "info", seen: "~/.claude.json cannot be read", fix: "ls -lL ~/.claude.json" };
    case "malformed":
      return { result: "info", seen: "~/.claude.json is no JSON object", fix: "claude-credentials start" };
    case "valid":
      return stateFile.document["hasCompletedOnboarding"] === true
        ? { result: "ok", seen: "Claude Code's first questions are answered" }
        : { result: "info", seen: "Claude Code will ask its first questions" };
  }
}

export function describeLinks({ look: { status }, report: { links } }: Status): Sight {
  if (links.length === 0)
    return { result: "skipped", seen: "the configuration directory persists by itself and needs no link" };
  const { home } = status.layout;
  const said = links.map(({ path, target, state }) =>
    target === null
      ? `${displayPath(path, home)} is a ${state}`
      : `${displayPath(path, home)} leads to ${displayPath(target, home)}`,
  );
  return { result: "ok", seen: said.join("; ") };
}

/** How a client that is started now would log in, in words. */
export function describeInForce(look: Status["look"]): string {
  const inForce = modeInForce(look.env.sources, loginState(look.status));
  return describeMode(inForce, look.status.layout.home);
}
