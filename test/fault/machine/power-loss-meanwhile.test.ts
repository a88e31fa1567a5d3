import { expect, test } from "vitest";
import { expectMigratedButForLocks, FIRST_MIGRATION } from "./support/client-directory.ts";
import { killAt, listPoints, spread } from "./support/interrupted.ts";
import { startMachine } from "./support/machine.ts";
import { cutPower, type DiskKind, flushDisks, flushSomethingElse } from "./support/power.ts";
import { describeOnMounts } from "./support/requirements.ts";

async function prepared(type: DiskKind, homeApart: boolean) {
  const machine = await startMachine({ type, homeApart });
  await machine.add(machine.home, FIRST_MIGRATION);
  await flushDisks(machine);
  return machine;
}

describeOnMounts("power loss while start runs", () => {
  for (const type of ["ext4", "xfs"] as const) {
    for (const homeApart of [false, true]) {
      test(`D06: the next start finishes what a cut of the ${type} disk interrupted, home ${homeApart ? "apart" : "on it"}`, async () => {
        const points = spread(await listPoints(await prepared(type, homeApart)));
        for (const [index, point] of points.entries()) {
          const machine = await prepared(type, homeApart);
          await killAt(machine, point);
          if (index % 2 === 1) await flushSomethingElse(machine);
          await cutPower(machine, type);
          const next = await machine.start();
          expect(next.exitCode, `${point.name} ${point.number}: ${next.stdout}${next.stderr}`).toBe(0);
          await expectMigratedButForLocks(machine);
        }
      });
    }
  }
});
