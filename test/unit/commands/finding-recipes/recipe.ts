import { readFileSync } from "node:fs";
import type { FindingCode } from "../../../../src/report/finding.ts";
import { TestMachine, type MachineOptions, type Run } from "../../../support/machine.ts";
import { ERROR_HOME, ERROR_STATES } from "../error-states.ts";

/** A machine as it must be on disk, and the command that then says the code. */
export interface Recipe {
  readonly options?: MachineOptions;
  readonly prepare?: (machine: TestMachine) => void | Promise<void>;
  /** @param format `--json`, or nothing for text */
  readonly command: (machine: TestMachine, ...format: string[]) => Promise<Run>;
}

/** A code that no command of the program says: the shell scripts do, and this test runs them. */
export interface Elsewhere {
  readonly saidIn: string;
}

export const start: Recipe["command"] = (machine, ...format) =>
  machine.startWith("--workspace", machine.work, ...format);
export const status: Recipe["command"] = (machine, ...format) => machine.statusText(...format);
export const uninstall: Recipe["command"] = (machine, ...format) =>
  machine.uninstallWith("--workspace", machine.work, ...format);
export const install: Recipe["command"] = (machine, ...format) => machine.installWith(format);

/** The same command with these flags. */
export function withFlags(command: Recipe["command"], ...flags: string[]): Recipe["command"] {
  return (machine, ...format) => command(machine, ...flags, ...format);
}

/** The first of the states in which a start tells of this error. @throws where there is none */
export function asErrorState(code: FindingCode): Recipe {
  const found = ERROR_STATES.find((state) => state.code === code);
  if (found === undefined) throw new Error(`no start tells of ${code}`);
  const { options = {}, prepare = () => undefined, flags = [] } = found;
  const tree = { ...ERROR_HOME, ...options.tree };
  return { options: { ...options, tree }, prepare, command: withFlags(start, ...flags) };
}

/** What a command says on a machine that is made for it alone. */
export async function cook({ options, prepare, command }: Recipe, ...format: string[]): Promise<Run> {
  const machine = new TestMachine(options);
  await prepare?.(machine);
  return command(machine, ...format);
}

/** The text of a test, from the project's top. */
export function textOf({ saidIn }: Elsewhere): string {
  return readFileSync(new URL(`../../../../${saidIn}`, import.meta.url), "utf8");
}
