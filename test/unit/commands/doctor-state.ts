import { systemError } from "../../../src/errors.ts";
import type { Check, CheckResult } from "../../../src/report/check.ts";
import type { CheckName } from "../../../src/report/check-table.ts";
import type { FindingCode } from "../../../src/report/finding.ts";
import { login, state } from "../../support/login.ts";
import { HOUR, NOW, TestMachine, type MachineOptions } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";

export const STORE = "work/.git/claude-credentials";
export const CREDENTIAL = `${STORE}/.claude-credentials/.credentials.json`;

/** A machine with a good login, after its first start. */
export async function settled(options: MachineOptions = {}): Promise<TestMachine> {
  const machine = new TestMachine({ repository: true, ...options });
  await machine.start();
  machine.add({
    [CREDENTIAL]: file(login("canary", 8, { refreshTokenExpiresAt: NOW + 1000 * HOUR })),
    [`${STORE}/.claude-credentials/.claude.json`]: file(state("a@b")),
  });
  return machine;
}

/** A state of the machine, and a row that doctor has for it. */
export interface DoctorState {
  readonly name: string;
  readonly check: CheckName;
  readonly result: CheckResult;
  readonly code?: FindingCode;
  readonly seen: RegExp;
  readonly fix?: RegExp;
  readonly options?: MachineOptions;
  /** Left out: the machine is the settled one. */
  readonly make?: (machine: TestMachine) => void;
  /** No start before. */
  readonly isNew?: true;
}

/** From here on a call on exactly this path fails. */
export function failing(
  machine: TestMachine,
  call: "lstat" | "realpath" | "list" | "openForReading",
  path: string,
  code: string,
): void {
  const { fs } = machine.machine;
  const real = fs[call].bind(fs) as (path: string) => never;
  const at = machine.path(path);
  Object.assign(fs, {
    [call]: (asked: string) => {
      if (asked === at) throw systemError(code, "canary", at);
      return real(asked);
    },
  });
}

/** Another credential in the store. */
export function replaceCredential(text: string): (machine: TestMachine) => void {
  return (machine) => {
    machine.forget(CREDENTIAL);
    machine.add({ [CREDENTIAL]: file(text) });
  };
}

/** The machine of a row. */
export async function machineOf({ options = {}, make, isNew }: DoctorState): Promise<TestMachine> {
  const more = { ...options, env: { PATH: "", ...options.env } };
  const machine = isNew === true ? new TestMachine({ repository: true, ...more }) : await settled(more);
  make?.(machine);
  return machine;
}

/** The rows of one check. */
export function rowsOf(checks: readonly Check[], name: CheckName): Check[] {
  return checks.filter((check) => check.name === name);
}
