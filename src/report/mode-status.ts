import { modeInForce, type ModeInForce } from "../env/mode-in-force.ts";
import type { EnvInspection, EnvLook } from "../inspect/inspect-env.ts";
import { unusedFinding } from "../plan/env-refusals.ts";
import { envState } from "../plan/env-state.ts";
import { displayPath } from "../layout.ts";
import { finding, type Finding } from "./finding.ts";
import { conflictFindings, loginState } from "./mode-findings.ts";

/** How a client that is started now would log in, and whether that outlives the container. */
export interface ModeStatus {
  readonly inForce: ModeInForce;
  /** A client started now would work. */
  readonly loggedIn: boolean;
  readonly persistent: boolean;
  readonly findings: readonly Finding[];
}

export function modeStatus(look: EnvLook): ModeStatus {
  const { env, status } = look;
  const login = loginState(status);
  const inForce = modeInForce(env.sources, login);
  const isStored = inForce.mode === "oauth" || inForce.mode === "none";
  return {
    inForce,
    loggedIn: isStored ? login === "usable" : true,
    persistent: isStored ? status.persistent : outlives(env, inForce),
    findings: [...conflictFindings(look), ...incomplete(look, inForce)],
  };
}

/** Settings outlive the container or not; a variable does where the container gives it, or the file that it is from. */
function outlives(env: EnvInspection, { variable, source, path }: ModeInForce): boolean {
  if (source !== "environment") return path !== null && env.persistentSources.includes(path);
  if (variable === null) return false;
  const value = env.sources.find((one) => one.source === "environment")?.env.get(variable);
  if (env.given?.get(variable) === value) return true;
  return env.persistent && env.file.state === "valid" && env.file.file.variables.get(variable) === value;
}

function incomplete({ env, status }: EnvLook, { mode }: ModeInForce): Finding[] {
  if (status.isPointedAt) return [];
  const unused = env.path === null ? null : unusedFinding(env.path, env.file);
  if (unused !== null) return [unused];
  const { outcome, missing } = envState(env);
  const names = missing.map((name) => displayPath(name, status.layout.home)).join(", ");
  if (outcome === "incomplete") {
    const hint = "run: claude-credentials start   and if that does not help: claude-credentials env set";
    return [finding("ENV_INCOMPLETE", `the API mode is set, but this is missing: ${names}`, hint, env.link)];
  }
  const isSeen = outcome !== "ok" || (mode !== "none" && mode !== "oauth");
  if (isSeen) return [];
  return [
    finding(
      "ENV_INCOMPLETE",
      "the API mode is set for shells, and no shell that read its startup file started this",
      "open a new terminal, or let Claude Code's settings have it: claude-credentials env set --to both",
      env.link,
      "info",
    ),
  ];
}
