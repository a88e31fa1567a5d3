import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { login, state } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI me@example.com";
/** Writes down how it was called; a header before what it encrypts, and away with it where it decrypts. */
const AGE = `#!/bin/sh
echo "$*" >>"$(dirname "$0")/called"
if [ "$1" = -d ]; then tail -n +3; else printf 'age-encryption.org/v1\\n--- mac\\n'; exec cat; fi
`;

function made(age = AGE): TestMachine {
  const machine = new TestMachine({
    tree: {
      "bin/age": file(age, 0o755),
      runtime: directory(0o700),
      id_ed25519: file("-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n"),
      "home/.claude/.credentials.json": file(login("canary")),
      "home/.claude/projects/large.jsonl": file("said\n".repeat(200_000)),
      "home/.claude.json": file(state("dev@example.com")),
    },
  });
  machine.setEnv({ PATH: `${machine.path("bin")}:/usr/bin:/bin`, XDG_RUNTIME_DIR: machine.path("runtime") });
  return machine;
}

function capture(machine: TestMachine) {
  return machine.capture("--full", "--to", machine.path("c.age"), "--recipient", KEY);
}

function restore(machine: TestMachine) {
  const keys = ["--identity", machine.path("id_ed25519")];
  return machine.restore("--from", machine.path("c.age"), "--to", machine.path("into"), ...keys);
}

describe("keys of ssh's", () => {
  test("encrypt and decrypt by the program age on PATH, which is told keys and files alone", async () => {
    const machine = made();
    expect(await capture(machine)).toMatchObject({ code: 0, err: "" });
    expect(machine.mode("c.age")).toBe("0600");
    expect(await restore(machine)).toMatchObject({ code: 0, err: "" });
    expect(machine.read("into/projects/large.jsonl")).toBe("said\n".repeat(200_000));
    expect(machine.read("bin/called")).toBe(`-r ${KEY}\n-d -i ${machine.path("id_ed25519")}\n`);
  });

  test("are refused where there is no such program, before anything is made", async () => {
    const machine = made();
    machine.forget("bin/age");
    machine.setEnv({ PATH: machine.path("bin") });
    const { code, err } = await capture(machine);
    expect(code).toBe(1);
    expect(err).toContain("needs the program age, and there is none on PATH");
    expect(machine.exists("c.age")).toBe(false);
  });

  test.each([
    ["says why and fails", "echo 'age: no such key' >&2; exit 1", /age: no such key/],
    ["takes half and fails", "head -c 1000 >/dev/null; exit 3", /ended with 3/],
    ["cannot be run", "#!/nonexistent", /./],
  ])("leave nothing behind where the program %s", async (_, script, why) => {
    const machine = made(script.startsWith("#!") ? `${script}\n` : `#!/bin/sh\n${script}\n`);
    const { code, out, err } = await capture(machine);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(why);
    expect(readdirSync(machine.root).filter((name) => /\.age|incoming/.test(name))).toEqual([]);
  });

  test("a capture that is refused ends the program, which would wait for its reader for ever", async () => {
    const machine = made();
    machine.add({ "home/.claude/a": symlink("projects") });
    expect(await capture(machine)).toMatchObject({ code: 0 });
    machine.forget("bin/age");
    const planted =
      'cd "$(mktemp -d)" && mkdir x && ln -s /etc x/a && head -c 3000000 /dev/urandom >x/b && tar -C x -c a b';
    machine.add({
      "bin/age": file(`#!/bin/sh\necho $$ >"$(dirname "$0")/pid"\ncat >/dev/null\n${planted}\n`, 0o755),
    });
    const { code, err } = await restore(machine);
    expect({ code, into: machine.exists("into") }).toEqual({ code: 1, into: false });
    expect(err).toContain("leads outside");
    const pid = Number(machine.read("bin/pid"));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
