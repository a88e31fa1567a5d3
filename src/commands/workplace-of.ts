import { START_AGAIN } from "../apply/done-findings.ts";
import type { Workplace } from "../apply/workplace.ts";
import type { Context } from "../context.ts";
import { Interrupted } from "../errors.ts";
import type { AnchoredMachine } from "../inspect/inspect.ts";

/**
 * What an apply works with on this machine. From here on a signal stops the work where that can be put right.
 * @param wait how long locks are waited for, milliseconds
 * @param again the command that finishes what is left undone
 */
export function workplaceOf(
  machine: AnchoredMachine,
  context: Context,
  wait: number,
  again = START_AGAIN,
): Workplace {
  const received = context.listenForSignals();
  return {
    fs: machine.fs,
    clock: machine,
    wait,
    checkSignal: () => {
      const exitCode = received();
      if (exitCode !== null) throw new Interrupted(exitCode);
    },
    heartbeat: () => undefined,
    again,
    say: (line) => {
      context.err(`claude-credentials: still at work: ${line}\n`);
    },
  };
}
