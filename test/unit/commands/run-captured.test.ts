import { readdirSync } from "node:fs";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import { login } from "../../support/login.ts";
import type { TestMachine } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";
import { CREDENTIAL, left, made } from "./run-machine.ts";

/** What the command finds, of its login and of where that came from. */
const LOOK =
  'cat "$CLAUDE_CONFIG_DIR/.credentials.json"; grep -rl refresh- "$XDG_RUNTIME_DIR"; env | grep SECURE';

async function captured(...flags: string[]): Promise<{ machine: TestMachine; from: string; key: string }> {
  const machine = made();
  const key = await generateIdentity();
  machine.add({
    "key.txt": file(`# made for a test\n${key}\n`),
    "other.txt": file(await generateIdentity()),
  });
  const from = machine.path("login.age");
  const recipient = await identityToRecipient(key);
  const done = await machine.capture("--to", from, "--recipient", recipient, ...flags);
  expect(done, done.err).toMatchObject({ code: 0 });
  // Whatever this home has is not what is meant.
  machine.forget(CREDENTIAL);
  machine.add({ [CREDENTIAL]: file(login("of-the-home")) });
  return { machine, from, key: machine.path("key.txt") };
}

function look(machine: TestMachine, from: string, ...flags: string[]) {
  const script = `{ ${LOOK}; } >"$OUT/seen"`;
  return machine.run("--auth", from, ...flags, "--", "sh", "-c", script);
}

test("run takes an encrypted login: the access token alone, and nothing of it stays", async () => {
  const { machine, from, key } = await captured("--with-refresh-token");
  const { err } = await look(machine, from, "--identity", key);
  expect(err).toContain("claude-credentials: run: this login cannot be renewed here; it works for 8 h\n");
  expect(machine.read("out/seen")).toContain("access-canary");
  expect(machine.read("out/seen")).not.toMatch(/refresh-|SECURE/);
  expect(left(machine)).toEqual([]);
});

test("run takes an archive", async () => {
  const { machine } = await captured();
  machine.forget(CREDENTIAL);
  machine.add({ [CREDENTIAL]: file(login("archived")) });
  const from = machine.path("login.tgz");
  expect(await machine.capture("--to", from)).toMatchObject({ code: 0 });
  await look(machine, from);
  expect(machine.read("out/seen")).toContain("access-archived");
});

test("an encrypted login that has ended is one clear error, and the command is not run", async () => {
  const { machine, from, key } = await captured();
  machine.now += 9 * 3_600_000;
  const { code, err } = await look(machine, from, "--identity", key);
  expect(code).toBe(125);
  expect(err).toContain(`and bring it to ${from} again`);
  expect(readdirSync(machine.path("out"))).toEqual([]);
  expect(left(machine)).toEqual([]);
});

test.each<[string, string[], RegExp]>([
  ["another key", ["--identity", "other.txt"], /it is for another key or passphrase/],
  ["a key that is not there", ["--identity", "nowhere"], /there is no file/],
  ["nobody to ask for the passphrase", [], /no terminal to ask for the passphrase/],
  [
    "a session, which would go with it",
    ["--identity", "key.txt", "--session", "x"],
    /beside the login, and .* is a file/,
  ],
])("with %s an encrypted login is refused", async (_, flags, why) => {
  const { machine, from } = await captured();
  const paths = flags.map((flag) => (/txt|nowhere/.test(flag) ? machine.path(flag) : flag));
  const { code, err } = await look(machine, from, ...paths);
  expect(code).toBe(125);
  expect(err).toMatch(why);
  expect(left(machine)).toEqual([]);
});

test("--identity without --auth means nothing", async () => {
  const { machine, key } = await captured();
  const { code, err } = await machine.run("--identity", key, "--", "true");
  expect(code).toBe(125);
  expect(err).toContain("--identity is for a captured login");
});
