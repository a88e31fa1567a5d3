import { expect, test } from "vitest";
import {
  countWhole,
  expectMigrated,
  expectUnmoved,
  expectWholeThroughClient,
  FILE_COUNT,
  FIRST_MIGRATION,
} from "./support/client-directory.ts";
import { mountNewDisk } from "./support/disks.ts";
import { type Machine, startMachine } from "./support/machine.ts";
import { describeOnMounts } from "./support/requirements.ts";

/** Moves what lies in a directory of the home to a new mount there. */
async function moveToMount(machine: Machine, path: string, type: "ext4" | "tmpfs"): Promise<void> {
  await machine.run(["mv", path, `${path}.moved`]);
  await machine.run(["mkdir", path]);
  if (type === "ext4") await mountNewDisk(machine, "ext4", "volume", path);
  else await machine.run(["mount", "-t", "tmpfs", "none", path]);
  await machine.run(["sh", "-c", 'cp -a "$1.moved/." "$1" && rm -r "$1.moved"', "sh", path]);
  await machine.run(["chown", "1000:1000", path]);
}

async function listWithTimes(machine: Machine, directory: string): Promise<string> {
  return (await machine.run(["find", directory, "-printf", "%p %y %m %s %T@ %C@\n"])).stdout;
}

describeOnMounts("mounts in the home", () => {
  test("A07: a volume mounted at ~/.claude is left alone, and it is said that it persists", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    await moveToMount(machine, `${machine.home}/.claude`, "ext4");
    const before = await listWithTimes(machine, `${machine.home}/.claude/projects`);
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    expect(started.report?.store).toMatchObject({ kind: "mount", root: `${machine.home}/.claude` });
    expect(JSON.stringify(started.report?.actions)).toMatch(/persisted already/);
    expect(await listWithTimes(machine, `${machine.home}/.claude/projects`)).toBe(before);
    await expectWholeThroughClient(machine);
    const again = await machine.hook();
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toBe("");
    await machine.run(["umount", `${machine.home}/.claude`]);
  });

  test("A07: a tmpfs mounted at ~/.claude is left alone, and it is said that it does not persist", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    await moveToMount(machine, `${machine.home}/.claude`, "tmpfs");
    const hook = await machine.hook();
    expect(hook.exitCode).toBe(0);
    expect(hook.stderr).toContain("STORE_NOT_PERSISTENT");
    expect((await machine.start()).exitCode).toBe(1);
    await expectWholeThroughClient(machine);
  });

  test("A07: a volume mounted where ~/.claude is a symlink to is left alone as well", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    await moveToMount(machine, `${machine.home}/.claude`, "ext4");
    const elsewhere = `${machine.disk}/image-store`;
    await machine.run(["mkdir", elsewhere]);
    await machine.run(["mount", "--move", `${machine.home}/.claude`, elsewhere]);
    await machine.run(["rmdir", `${machine.home}/.claude`]);
    await machine.run(["ln", "-s", elsewhere, `${machine.home}/.claude`]);
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    expect(started.report?.store).toMatchObject({ kind: "mount", root: elsewhere });
    expect(await countWhole(machine, elsewhere)).toBe(FILE_COUNT);
    await expectWholeThroughClient(machine);
  });

  test("a volume mounted inside ~/.claude is not emptied, and its files stay readable where the client looks", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    const projects = `${machine.home}/.claude/projects`;
    await moveToMount(machine, projects, "ext4");
    const before = await listWithTimes(machine, projects);
    const hook = await machine.hook();
    expect(hook.exitCode).toBe(0);
    expect(hook.stderr).toContain(projects);
    await expectWholeThroughClient(machine);
    await machine.run(["mountpoint", "-q", projects]);
    expect(await listWithTimes(machine, projects)).toBe(before);
  });

  test("~/.claude.json that is a mount is left alone, said, and ~/.claude is moved", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    const state = `${machine.home}/.claude.json`;
    await machine.run(["mount", "--bind", state, state]);
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    const kept = started.report?.actions.find(({ path }) => path === state);
    expect(kept).toMatchObject({
      kind: "keep",
      result: "unchanged",
      reason: expect.stringMatching("mount") as unknown,
    });
    await expectWholeThroughClient(machine);
    expect((await machine.run(["readlink", `${machine.home}/.claude`])).stdout).toContain(machine.store);
    await machine.run(["umount", state]);
  });

  test("a home that is itself a mount, reached through a symlink, is moved", async () => {
    const machine = await startMachine({ homeApart: true });
    await machine.run(["mount", "--bind", machine.home, machine.home]);
    await machine.add(machine.home, FIRST_MIGRATION);
    const link = `${machine.root}/home-link`;
    await machine.run(["ln", "-s", machine.home, link]);
    const started = await machine.start({ through: ["env", `HOME=${link}`] });
    expect(started.exitCode, started.stdout).toBe(0);
    await expectMigrated(machine);
  });

  test("a workspace reached through a symlink, its git directory a mount, is used", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    await machine.run(["mount", "--bind", `${machine.workspace}/.git`, `${machine.workspace}/.git`]);
    const link = `${machine.root}/work-link`;
    await machine.run(["ln", "-s", machine.workspace, link]);
    const started = await machine.start({ args: ["--workspace", link] });
    expect(started.exitCode, started.stdout).toBe(0);
    await expectWholeThroughClient(machine);
    await machine.run(["umount", `${machine.workspace}/.git`]);
    expect(await countWhole(machine, `${machine.store}/.claude-credentials`)).toBe(FILE_COUNT);
  });

  test("a home that is full is left as it is, and the move is done once there is room", async () => {
    const machine = await startMachine({ homeApart: true });
    await machine.add(machine.home, FIRST_MIGRATION);
    await machine.attempt(["sh", "-c", 'cat /dev/zero >"$1"', "sh", `${machine.home}/ballast`]);
    const run = await machine.start();
    await expectWholeThroughClient(machine);
    if (run.exitCode !== 0) await expectUnmoved(machine);
    await machine.run(["rm", `${machine.home}/ballast`]);
    expect((await machine.start()).exitCode).toBe(0);
    await expectMigrated(machine);
  });
});
