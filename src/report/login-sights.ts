import { displayPath } from "../layout.ts";
import type { Sight } from "./check.ts";
import type { Sights } from "./doctor-looks.ts";
import { describeMode, loginState } from "./mode-findings.ts";
import { modeInForce } from "../env/mode-in-force.ts";
import { loginText } from "./render-status.ts";

type Status = Sights["status"];

/** The login where nothing is wrong with it. */
export function describeLogin({ look, report }: Status): Sight {
  const { mode, loggedIn, account } = report;
  if (mode !== "oauth" && mode !== "none")
    return { result: "ok", seen: `no login is needed: Claude Code uses ${describeInForce(look)}` };
  if (!loggedIn) return { result: "skipped", seen: "there is no login to look at" };
  const who = account?.email ?? null;
  const as = who === null ? "" : ` as ${who}`;
  return { result: "ok", seen: `logged in${as}: ${loginText(report, look.status.now)}` };
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
  if (stateFile.state === "unreadable")
    return { result: "info", seen: "~/.claude.json cannot be read", fix: "ls -lL ~/.claude.json" };
  if (stateFile.state === "valid" && stateFile.document["hasCompletedOnboarding"] === true)
    return { result: "ok", seen: "Claude Code's first questions are answered" };
  return { result: "skipped", seen: "they are asked at the first login" };
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
