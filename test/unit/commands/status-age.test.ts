import { utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { login, state } from "../../support/login.ts";
import { HOUR, NOW, TestMachine } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";

const STORE = "work/.git/claude-credentials";
const CONFIG = `${STORE}/.claude-credentials`;
const CREDENTIAL = `${CONFIG}/.credentials.json`;
const DAY = 24 * HOUR;

/** A machine with a login that was written so long ago, `start` not having seen it yet. */
async function signedIn(ago: number, end: number | null): Promise<TestMachine> {
  const machine = new TestMachine({ repository: true });
  await machine.start();
  machine.add({ [`${CONFIG}/.claude.json`]: file(state("a@b")) });
  write(machine, ago, end);
  return machine;
}

function write(machine: TestMachine, ago: number, end: number | null): void {
  machine.forget(CREDENTIAL);
  machine.add({ [CREDENTIAL]: file(login("a", 8, { refreshTokenExpiresAt: end ?? undefined })) });
  const time = (machine.now - ago) / 1000;
  utimesSync(machine.path(CREDENTIAL), time, time);
}

async function codes(machine: TestMachine, maxAge: string): Promise<string[]> {
  return (await machine.status("--max-age", maxAge)).report.findings.map(({ code }) => code);
}

describe("the age of a login", () => {
  test("is that of its file, as long as no start has seen it", async () => {
    const machine = await signedIn(40 * DAY, NOW + 50 * DAY);
    expect((await machine.statusText()).out).toContain("signed in        at least 40 d ago");
    expect(await codes(machine, "30d")).toEqual(["CREDENTIAL_OLD"]);
    expect(await codes(machine, "40d")).toEqual([]);
    expect((await machine.status("--max-age", "30d")).code).toBe(0);
  });

  test("goes on over refreshes, from the first start that saw it", async () => {
    const machine = await signedIn(10 * DAY, NOW + 90 * DAY);
    await machine.start();
    machine.now += 25 * DAY;
    write(machine, HOUR, NOW + 89 * DAY);
    expect(await codes(machine, "30d")).toEqual(["CREDENTIAL_OLD"]);
    expect(await codes(machine, "36d")).toEqual([]);
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("begins anew with another login", async () => {
    const machine = await signedIn(10 * DAY, NOW + 90 * DAY);
    await machine.start();
    machine.now += 25 * DAY;
    write(machine, HOUR, NOW + 115 * DAY);
    expect(await codes(machine, "1d")).toEqual([]);
    await machine.start();
    machine.now += 2 * DAY;
    expect(await codes(machine, "1d")).toEqual(["CREDENTIAL_OLD"]);
  });

  test("is that of its file too where nothing tells one login from the next", async () => {
    const machine = await signedIn(10 * DAY, null);
    await machine.start();
    expect(machine.exists(`${STORE}/signed-in`)).toBe(false);
    write(machine, HOUR, null);
    expect(await codes(machine, "1d")).toEqual([]);
  });

  test("is not told of a login that is not there", async () => {
    const machine = await signedIn(10 * DAY, NOW + 90 * DAY);
    await machine.start();
    machine.forget(CREDENTIAL);
    expect((await machine.statusText("--max-age", "1d")).out).not.toMatch(/signed in|CREDENTIAL_OLD/);
  });

  test.each(["", "{}", '{"end":"x","since":1}', "\0", "x".repeat(5000)])(
    "is not spoilt by a note that reads %j",
    async (text) => {
      const machine = await signedIn(10 * DAY, NOW + 90 * DAY);
      machine.add({ [`${STORE}/signed-in`]: file(text) });
      expect(await codes(machine, "9d")).toEqual(["CREDENTIAL_OLD"]);
    },
  );

  test("is noted privately, and uninstall takes the note away", async () => {
    const machine = await signedIn(10 * DAY, NOW + 90 * DAY);
    await machine.start();
    expect(machine.mode(`${STORE}/signed-in`)).toBe("0600");
    await machine.uninstall();
    expect(machine.exists(STORE)).toBe(false);
  });

  test.each(["", "d", "3 d", "soon"])("is not compared with %j", async (text) => {
    const { code, err } = await new TestMachine().statusText("--max-age", text);
    expect(code).toBe(2);
    expect(err).toContain(`--max-age '${text}' is no time`);
  });
});
