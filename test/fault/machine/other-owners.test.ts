import { expect, test } from "vitest";
import { expectMigrated, expectWholeThroughClient, FIRST_MIGRATION } from "./support/client-directory.ts";
import { mountNewDisk } from "./support/disks.ts";
import { expectFinding } from "./support/findings.ts";
import { allowSudo, type Machine, OTHER_USER, startMachine, USER, VOLUME } from "./support/machine.ts";
import { describeOnMounts } from "./support/requirements.ts";

/** A login in a volume of the user's, whose uid is another one at the next start. */
async function withChangedUid(): Promise<Machine> {
  const machine = await startMachine();
  await machine.add(machine.home, FIRST_MIGRATION);
  await mountNewDisk(machine, "ext4", "volume", VOLUME);
  await machine.run(["chown", `${USER}:${USER}`, VOLUME]);
  expect((await machine.start()).exitCode).toBe(0);
  // As the devcontainer CLI does it: the home is given to the new uid, a volume is not.
  await machine.run(["chown", "-hR", `${OTHER_USER}:${OTHER_USER}`, machine.home, machine.workspace]);
  return machine;
}

/** File systems that keep no modes, as Docker Desktop and WSL have them, and one that refuses to set them. */
const IGNORED = ["--chmod-ignore", "--chown-ignore", "--perms=0777"];
const MANNERLESS: readonly (readonly [
  what: string,
  warnings: readonly string[],
  flags: readonly string[],
])[] = [
  ["ignored", ["STORE_MODE_IGNORED"], IGNORED],
  ["ignored, and everything is root's,", ["STORE_MODE_IGNORED"], [...IGNORED, "--force-user=root"]],
  // What is made private there stays so: nobody needs a warning.
  ["refused", [], ["--chmod-deny"]],
];

describeOnMounts("owners and modes", () => {
  test("C04: a store of the user's earlier uid works where sudo needs no password", async () => {
    const machine = await withChangedUid();
    allowSudo(machine);
    const started = await machine.start({ uid: OTHER_USER });
    expect(started.exitCode, started.stdout).toBe(0);
    await expectMigrated(machine, VOLUME, OTHER_USER);
  });

  test("C04: without sudo it is refused, and the line that is named mends it", async () => {
    const machine = await withChangedUid();
    const refused = await machine.start({ uid: OTHER_USER });
    expect(refused.exitCode).toBe(1);
    const line = new RegExp(`sudo chown -hR ${OTHER_USER}:${OTHER_USER} '?${VOLUME}`);
    expectFinding(refused.report, { path: VOLUME, cause: /belongs to uid 1000/, command: line });
    const hook = await machine.hook({ uid: OTHER_USER });
    expect(hook.exitCode).toBe(0);
    expect(hook.stderr).toMatch(line);
    // A login through a link into a closed directory would be lost at once.
    const through = await machine.as(OTHER_USER, ["readlink", "-f", `${machine.home}/.claude`]);
    expect(through.stdout).not.toContain(VOLUME);
    await machine.run(["chown", "-hR", `${OTHER_USER}:${OTHER_USER}`, VOLUME]);
    expect((await machine.start({ uid: OTHER_USER })).exitCode).toBe(0);
    await expectMigrated(machine, VOLUME, OTHER_USER);
  });

  test.each(MANNERLESS)(
    "C05: a store where changes of modes are %s works, with a warning where others may read it",
    async (_, warnings, flags) => {
      const machine = await startMachine();
      await machine.add(machine.home, FIRST_MIGRATION);
      await machine.run(["bindfs", "-o", "allow_other", ...flags, machine.workspace, machine.workspace]);
      const started = await machine.start();
      expect(started.exitCode, started.stdout).toBe(0);
      expect(started.report?.findings.map(({ code }) => code)).toEqual(warnings);
      await expectMigrated(machine);
      const again = await machine.start();
      expect(again.exitCode).toBe(0);
      expect(again.report?.actions.filter(({ result }) => result !== "unchanged")).toEqual([]);
      await expectWholeThroughClient(machine);
      await machine.run(["umount", machine.workspace]);
    },
  );
});
