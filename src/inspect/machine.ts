import { elapsed } from "../apply/elapsed.ts";
import { nodeFileSystem } from "../apply/node-file-system.ts";
import type { Machine } from "./inspect.ts";
import { ENV_FILE_NAME } from "../layout.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { findProgram, runProgram } from "./programs.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** The machine that this process runs on. On a host without POSIX user ids everybody is root. */
export function thisMachine(): Machine {
  return {
    fs: nodeFileSystem,
    user: { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 },
    pid: process.pid,
    now: () => Date.now(),
    elapsed,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    sudoWorks,
    sudoFindsLogin,
    shells: () => new Set(SHELLS.filter((name) => findProgram(name) !== null)),
  };
}

function sudoWorks(): boolean {
  const sudo = findProgram("sudo");
  return sudo !== null && runProgram(sudo, ["-n", "true"]).status === 0;
}

function sudoFindsLogin(root: string): boolean {
  const named = ["(", "-name", CREDENTIAL_NAME, "-o", "-name", ENV_FILE_NAME, ")"];
  const args = ["-n", "find", root, "-xdev", "-type", "f", ...named];
  const { status, stdout } = runProgram(findProgram("sudo") ?? "/usr/bin/sudo", args);
  return status !== 0 || stdout !== "";
}
