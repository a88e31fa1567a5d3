import { expect, test } from "vitest";
import {
  expectMigrated,
  expectNoLeftovers,
  expectUnmoved,
  FIRST_MIGRATION,
} from "./support/client-directory.ts";
import { expectFinding, type Expected } from "./support/findings.ts";
import { mountNewDisk } from "./support/disks.ts";
import { allowSudo, type Machine, startMachine, VOLUME } from "./support/machine.ts";
import { describeOnMounts } from "./support/requirements.ts";

/** Exit 1 with the finding, exit 0 from the hook, and all as it was; and once the cause is gone, all is done. */
async function expectRefused(
  machine: Machine,
  expected: Expected,
  args: readonly string[] = [],
): Promise<void> {
  const strict = await machine.start({ args });
  expect(strict.exitCode, strict.stderr).toBe(1);
  expect(strict.report?.outcome).toBe("not-persistent");
  expectFinding(strict.report, expected);
  const hook = await machine.hook({ args });
  expect(hook.exitCode).toBe(0);
  expect(hook.stderr).toMatch(expected.cause);
  expect(hook.stderr).toMatch(expected.command);
  await expectUnmoved(machine);
}

describeOnMounts("a store that refuses", () => {
  test("C01: a store on a read-only mount is refused, and the client goes on with its own directory", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    await machine.run(["mount", "--bind", machine.workspace, machine.workspace]);
    await machine.run(["mount", "-o", "remount,bind,ro", machine.workspace]);
    await expectRefused(machine, {
      path: machine.workspace,
      cause: /read-only/,
      command: /mount it writable/,
    });
    await machine.run(["umount", machine.workspace]);
    await expectNoLeftovers(machine, [machine.workspace, machine.home]);
    expect((await machine.start()).exitCode).toBe(0);
    await expectMigrated(machine);
  });

  test("C01: with a read-only home nothing is moved, and the next start after that moves it", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    await machine.run(["mount", "--bind", machine.home, machine.home]);
    await machine.run(["mount", "-o", "remount,bind,ro", machine.home]);
    await expectRefused(machine, {
      path: `${machine.home}/.claude`,
      cause: /read-only|EROFS/,
      command: /claude-credentials start/,
    });
    await machine.run(["umount", machine.home]);
    expect((await machine.start()).exitCode).toBe(0);
    await expectMigrated(machine);
  });

  test.each([
    { why: "16 kB", options: "size=16k", cause: /ENOSPC|room|space/ },
    { why: "8 inodes", options: "size=4m,nr_inodes=8", cause: /ENOSPC|inode|room|space/ },
  ])("C02: a store on a tmpfs of $why is refused, and its staging is removed", async ({ options, cause }) => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    const store = `${machine.root}/small/store`;
    await machine.run(["mkdir", `${machine.root}/small`]);
    await machine.run([
      "mount",
      "-t",
      "tmpfs",
      "-o",
      `${options},uid=1000,gid=1000`,
      "none",
      `${machine.root}/small`,
    ]);
    const args = ["--store", store];
    await expectRefused(
      machine,
      { path: `${machine.home}/.claude`, cause, command: /claude-credentials start/ },
      args,
    );
    await expectNoLeftovers(machine, [`${machine.root}/small`, machine.home]);
    await machine.run(["mount", "-o", "remount,size=4m,nr_inodes=200", `${machine.root}/small`]);
    // A tmpfs does not persist, and that is said; but all that can be done is done.
    const healed = await machine.start({ args });
    expect(healed.report?.findings.map(({ code }) => code)).toEqual(["STORE_NOT_PERSISTENT"]);
    await expectMigrated(machine, store);
  });

  test("C03: a store of root's is refused where there is no sudo, with the line that gives it to the user", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    const store = `${machine.disk}/store`;
    await machine.run(["mkdir", "-m", "700", store]);
    const args = ["--store", store];
    await expectRefused(
      machine,
      { path: store, cause: /belongs to uid 0/, command: new RegExp(`sudo chown -hR 1000:1000 '?${store}`) },
      args,
    );
    await machine.run(["chown", "-hR", "1000:1000", store]);
    expect((await machine.start({ args })).exitCode).toBe(0);
    await expectMigrated(machine, store);
  });

  test("C03: a volume of root's is named with the line that helps, and the login is kept in the git directory", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    await mountNewDisk(machine, "ext4", "volume", VOLUME);
    const started = await machine.start();
    expect(started.exitCode).toBe(1);
    expectFinding(started.report, {
      path: VOLUME,
      cause: /belongs to uid 0/,
      command: new RegExp(`sudo chown -hR 1000:1000 '?${VOLUME}`),
    });
    await expectMigrated(machine);
  });

  test("C03: an empty volume of root's is given to the user where sudo needs no password", async () => {
    const machine = await startMachine();
    allowSudo(machine);
    await machine.add(machine.home, FIRST_MIGRATION);
    await mountNewDisk(machine, "ext4", "volume", VOLUME);
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    await expectMigrated(machine, VOLUME);
  });

  test("C03: a workspace of root's is refused where there is no sudo, with the line that makes the store", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    await machine.run(["chown", "-hR", "0:0", machine.workspace]);
    await expectRefused(machine, {
      path: machine.workspace,
      cause: /may not write/,
      command: /sudo mkdir -m 700 .* && sudo chown 1000:1000/,
    });
    allowSudo(machine);
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    await expectMigrated(machine, `${machine.workspace}/.devcontainer.secrets`);
  });
});
