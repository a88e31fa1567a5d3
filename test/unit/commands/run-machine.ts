import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { login, state } from "../../support/login.ts";
import { type MachineOptions, TestMachine } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";

export const CREDENTIAL = "home/.claude/.credentials.json";

/** A machine with a login, Claude Code of that version (a script), and a runtime directory for working copies. */
export function made(version = "2.1.330", options: MachineOptions = {}, script = ""): TestMachine {
  const machine = new TestMachine({
    ...options,
    tree: {
      "home/.local/bin/claude": file(
        `#!/bin/sh\n[ "$1" = --version ] && { echo '${version} (Claude Code)'; exit; }\n${script}\n`,
        0o755,
      ),
      [CREDENTIAL]: file(login("canary")),
      "home/.claude/settings.json": file(
        JSON.stringify({ model: "opus", apiKeyHelper: "x", env: { A_TOKEN: "secret", B: "2" } }),
      ),
      "home/.claude/settings.local.json": file("{ no json"),
      "home/.claude/history.jsonl": file("another execution's\n"),
      "home/.claude.json": file(state("dev@example.com")),
      ...options.tree,
    },
    env: { PATH: "/usr/bin:/bin", ...options.env },
  });
  for (const name of ["out", "runtime"]) mkdirSync(machine.path(name));
  chmodSync(machine.path("runtime"), 0o700);
  machine.setEnv({ OUT: machine.path("out"), XDG_RUNTIME_DIR: machine.path("runtime") });
  return machine;
}

/** The working copies that are there. */
export function left(machine: TestMachine): string[] {
  return readdirSync(machine.path("runtime"));
}
