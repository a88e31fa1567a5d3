import type { MachineOptions } from "../../support/machine.ts";
import { TestMachine } from "../../support/machine.ts";
import { login } from "../../support/login.ts";
import { file } from "../../support/tree.ts";

/** A machine whose `claude` is this shell script, logged in with a login that holds the word canary. */
export function machineWithClient(script: string, options: MachineOptions = {}): TestMachine {
  return new TestMachine({
    ...options,
    env: { PATH: "/usr/bin:/bin", ...options.env },
    tree: {
      "home/.local/bin/claude": file(`#!/bin/sh\n${script}\n`, 0o755),
      "home/.claude/.credentials.json": file(login("canary")),
      ...options.tree,
    },
  });
}

/** What a client prints with `--output-format json`. */
export function answer(more: Record<string, unknown> = {}): string {
  const base = { type: "result", subtype: "success", is_error: false, result: "ok" };
  return JSON.stringify({ ...base, modelUsage: { "claude-sonnet-4-5": {} }, ...more });
}
