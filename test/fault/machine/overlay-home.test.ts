import { expect, test } from "vitest";
import { countWhole, expectMigrated, FILE_COUNT, FIRST_MIGRATION } from "./support/client-directory.ts";
import { failFrom, killAt, listPoints, removeLocks, spread, SWEEP_TIMEOUT } from "./support/interrupted.ts";
import { type Machine, startMachine } from "./support/machine.ts";
import { describeOnMounts } from "./support/requirements.ts";

/** A home that came with the image: below it is a layer that cannot be changed, so `~/.claude` cannot be renamed. */
async function withImageHome(): Promise<Machine> {
  const machine = await startMachine({ homeApart: true });
  await machine.add(machine.home, FIRST_MIGRATION);
  const layers = `${machine.root}/memory/home`;
  await machine.run(["mkdir", "-p", `${layers}/upper`, `${layers}/work`]);
  await machine.run(["chown", "1000:1000", `${layers}/upper`]);
  const options = `lowerdir=${machine.home},upperdir=${layers}/upper,workdir=${layers}/work`;
  await machine.run(["mount", "-t", "overlay", "-o", options, "none", machine.home]);
  const renamed = await machine.attempt([
    "python3",
    "-c",
    "import os, sys; os.rename(sys.argv[1], sys.argv[1] + 'x')",
    `${machine.home}/.claude`,
  ]);
  expect(renamed.stderr, "an overlay as in a container").toContain("Invalid cross-device link");
  return machine;
}

/** All 20 files are in the home or in the store, each whole, the credential where the client finds it. */
async function expectNothingLost(machine: Machine, when: string): Promise<void> {
  const places = [`${machine.home}/.claude`, `${machine.store}/.claude-credentials`];
  const counts = await Promise.all(places.map((place) => countWhole(machine, place)));
  expect(Math.max(...counts), when).toBe(FILE_COUNT);
}

describeOnMounts("a ~/.claude that came with the image", () => {
  test("A06: it is linked, with all 20 files", async () => {
    const machine = await withImageHome();
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    await expectMigrated(machine);
    const again = await machine.start();
    expect(again.report?.actions.filter(({ result }) => result !== "unchanged")).toEqual([]);
  });

  test("D07: killed on the way, it is finished by the next start", { timeout: SWEEP_TIMEOUT }, async () => {
    for (const point of spread(await listPoints(await withImageHome()))) {
      const machine = await withImageHome();
      await killAt(machine, point);
      await removeLocks(machine);
      const when = `killed at ${point.name} ${point.number}`;
      const next = await machine.start();
      expect(next.exitCode, `${when}: ${next.stdout}${next.stderr}`).toBe(0);
      await expectMigrated(machine);
    }
  });

  test(
    "D07: with no room left on the way, nothing is lost, and it is finished once there is",
    { timeout: SWEEP_TIMEOUT },
    async () => {
      const points = await listPoints(await withImageHome());
      for (const point of spread(points)) {
        const machine = await withImageHome();
        const when = `ENOSPC from ${point.name} ${point.number} on`;
        const failed = await failFrom(machine, points, point);
        await expectNothingLost(machine, when);
        if (failed.exitCode === 0) await expectMigrated(machine);
        const next = await machine.start();
        expect(next.exitCode, `${when}: ${next.stdout}${next.stderr}`).toBe(0);
        await expectMigrated(machine);
      }
    },
  );
});
