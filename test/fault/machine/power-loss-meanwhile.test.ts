import { expect, test } from "vitest";
import { expectMigratedButForLocks, FIRST_MIGRATION } from "./support/client-directory.ts";
import { ageLocks, killAt, listPoints, removeLocks, spread, SWEEP_TIMEOUT } from "./support/interrupted.ts";
import { type Machine, startMachine } from "./support/machine.ts";
import { cutPower, type DiskKind, flushDisks, flushSomethingElse } from "./support/power.ts";
import { describeOnMounts } from "./support/requirements.ts";

async function prepared(type: DiskKind, homeApart: boolean) {
  const machine = await startMachine({ type, homeApart });
  await machine.add(machine.home, FIRST_MIGRATION);
  await flushDisks(machine);
  return machine;
}

async function expectFinished(machine: Machine, when: string): Promise<void> {
  const next = await machine.start();
  expect(next.exitCode, `${when}: ${next.stdout}${next.stderr}`).toBe(0);
  await expectMigratedButForLocks(machine);
}

describeOnMounts("power loss while start runs", () => {
  for (const type of ["ext4", "xfs"] as const) {
    for (const homeApart of [false, true]) {
      const name = `a cut of the ${type} disk interrupted, home ${homeApart ? "apart" : "on it"}`;
      test(`D06: the next start finishes what ${name}`, { timeout: SWEEP_TIMEOUT }, async () => {
        const points = spread(await listPoints(await prepared(type, homeApart)));
        for (const [index, point] of points.entries()) {
          const machine = await prepared(type, homeApart);
          await killAt(machine, point);
          if (index % 2 === 1) await flushSomethingElse(machine);
          await cutPower(machine, type);
          await removeLocks(machine);
          await expectFinished(machine, `${point.name} ${point.number}`);
        }
      });
    }
  }

  test("D06: a lock of which a cut left no more than that it is old is taken over", async () => {
    const machine = await prepared("xfs", false);
    await killAt(machine, { name: "symlink", number: 1 });
    await flushSomethingElse(machine);
    await cutPower(machine, "xfs");
    const left = await machine.run(["find", machine.workspace, "-name", "*.lock"]);
    expect(left.stdout).not.toBe("");
    await ageLocks(machine);
    await expectFinished(machine, "aged");
  });
});
