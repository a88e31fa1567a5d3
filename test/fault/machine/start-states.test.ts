import { expect, test } from "vitest";
import { file } from "../../support/tree.ts";
import {
  countWhole,
  CREDENTIAL,
  expectMigrated,
  expectWholeThroughClient,
  FILE_COUNT,
  FIRST_MIGRATION,
  STATE,
} from "./support/client-directory.ts";
import { mountNewDisk } from "./support/disks.ts";
import { expectFinding } from "./support/findings.ts";
import { type Machine, startMachine } from "./support/machine.ts";
import { describeOnMounts } from "./support/requirements.ts";

/** A directory of somebody's on a disk of its own, where `~/.claude` leads to. */
async function linkedToForeign(): Promise<{ machine: Machine; foreign: string }> {
  const machine = await startMachine();
  const foreign = `${machine.root}/foreign`;
  await mountNewDisk(machine, "ext4", "foreign", foreign);
  await machine.add(
    foreign,
    Object.fromEntries(
      Object.entries(FIRST_MIGRATION).map(([name, entry]) => [name.replace(/^\.claude\//, "data/"), entry]),
    ),
  );
  await machine.add(machine.home, { ".claude": { type: "symlink", text: `${foreign}/data` } });
  return { machine, foreign };
}

async function readLink(machine: Machine): Promise<string> {
  return (await machine.run(["readlink", `${machine.home}/.claude`])).stdout.trimEnd();
}

describeOnMounts("start states on mounted disks", () => {
  for (const target of ["/", "HOME"]) {
    test(`A08: a link to ${target} is left alone`, async () => {
      const machine = await startMachine();
      const text = target === "HOME" ? machine.home : target;
      await machine.add(machine.home, { ".claude": { type: "symlink", text } });
      const started = await machine.start();
      expect(started.exitCode).toBe(1);
      expectFinding(started.report, {
        path: `${machine.home}/.claude`,
        cause: new RegExp(text),
        command: /./,
      });
      expect(await readLink(machine)).toBe(text);
      expect((await machine.hook()).exitCode).toBe(0);
    });
  }

  test("A08: a link to a foreign directory on another disk is left alone, and --adopt merges a copy", async () => {
    const { machine, foreign } = await linkedToForeign();
    const listing = ["find", foreign, "-printf", "%p %i %m %s %T@ %C@\n"];
    const before = (await machine.run(listing)).stdout;
    const started = await machine.start();
    expect(started.exitCode).toBe(1);
    expectFinding(started.report, {
      path: `${machine.home}/.claude`,
      cause: new RegExp(`${foreign}/data`),
      command: /start --adopt/,
    });
    expect(await readLink(machine)).toBe(`${foreign}/data`);
    expect((await machine.run(listing)).stdout).toBe(before);

    const adopted = await machine.start({ args: ["--adopt"] });
    expect(adopted.exitCode, adopted.stdout).toBe(0);
    expect(await readLink(machine)).toBe(`${machine.store}/.claude-credentials`);
    expect(await countWhole(machine, `${machine.home}/.claude`)).toBe(FILE_COUNT);
    expect((await machine.run(listing)).stdout).toBe(before);
  });

  test.each([
    [
      "to a disk that is not mounted any more",
      (machine: Machine) => `${machine.root}/gone/.claude-credentials`,
    ],
    ["to itself", (machine: Machine) => `${machine.home}/.claude`],
    [
      "to our store at a workspace that was moved",
      (machine: Machine) => `${machine.disk}/old/.git/claude-credentials/.claude-credentials`,
    ],
  ])("A09: a link %s is led to the store", async (_, text) => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    expect((await machine.start()).exitCode).toBe(0);
    await machine.as(1000, ["ln", "-sfn", text(machine), `${machine.home}/.claude`]);
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    await expectMigrated(machine);
  });

  test("A10: ~/.claude that is a file goes aside; a store that is a file is refused; both are kept", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, { ".claude": file("a file\n") });
    const store = `${machine.disk}/store`;
    await machine.add(machine.disk, { store: file("not a store\n") });
    const refused = await machine.start({ args: ["--store", store] });
    expect(refused.exitCode).toBe(1);
    expectFinding(refused.report, { path: store, cause: /is a file/, command: /ls -l/ });
    expect((await machine.run(["cat", store, `${machine.home}/.claude`])).stdout).toBe(
      "not a store\na file\n",
    );

    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    expect(await readLink(machine)).toBe(`${machine.store}/.claude-credentials`);
    expect((await machine.run(["sh", "-c", 'cat "$1"/.claude.aside-*', "sh", machine.home])).stdout).toBe(
      "a file\n",
    );
  });

  test.each([true, false])(
    "A11: a truncated ~/.claude.json is kept, and its backup lives on, home apart: %s",
    async (homeApart) => {
      const machine = await startMachine({ homeApart });
      await machine.add(machine.home, {
        ...FIRST_MIGRATION,
        ".claude.json": file(STATE.slice(0, 40)),
        ".claude/backups/.claude.json.backup.1790000000000": file(STATE),
      });
      const started = await machine.start();
      expect(started.exitCode, started.stdout).toBe(0);
      await expectWholeThroughClient(machine);
      const cut = await machine.run(["grep", "-rlxF", STATE.slice(0, 40), `${machine.store}/backups`]);
      expect(cut.stdout).not.toBe("");
      expect((await machine.as(1000, ["cat", `${machine.home}/.claude/.credentials.json`])).stdout).toBe(
        CREDENTIAL,
      );
    },
  );
});
