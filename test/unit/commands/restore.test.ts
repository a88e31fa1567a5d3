import { readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { type TarEntry, packTar } from "modern-tar";
import { describe, expect, test } from "vitest";
import { login, state } from "../../support/login.ts";
import { type MachineOptions, TestMachine } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";

const CREDENTIAL = "home/.claude/.credentials.json";

function made(options: MachineOptions = {}): TestMachine {
  const machine = new TestMachine({
    ...options,
    tree: { runtime: directory(0o700), outside: file("theirs\n"), ...options.tree },
  });
  machine.setEnv({ XDG_RUNTIME_DIR: machine.path("runtime") });
  return machine;
}

const CAPTURED = {
  "c/.credentials.json": file(login("captured")),
  "c/.claude.json": file(state("dev@example.com")),
  "c/projects/-work/one.jsonl": file("said\n"),
};

async function archive(machine: TestMachine, entries: readonly TarEntry[], more = ""): Promise<string> {
  const own: TarEntry[] = [
    { header: { name: ".credentials.json", size: login("tar").length }, body: login("tar") },
  ];
  const path = machine.path("c.tar.gz");
  writeFileSync(path, gzipSync(Buffer.concat([await packTar([...own, ...entries]), Buffer.from(more)])));
  return path;
}

describe("restore", () => {
  test("brings login, account and work into a fresh home, private", async () => {
    const machine = made({ tree: CAPTURED });
    const { code, out, err } = await machine.restore("--from", machine.path("c"));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.replaceAll(machine.root, "")).toMatchInlineSnapshot(`
      "restored the login of dev@example.com: /home/.claude
        it renews itself (without a known end): use it nowhere else
        look at it: claude-credentials status
      "
    `);
    expect(machine.read(CREDENTIAL)).toBe(login("captured"));
    expect(JSON.parse(machine.read("home/.claude.json"))).toMatchObject({ hasCompletedOnboarding: true });
    expect(machine.read("home/.claude/projects/-work/one.jsonl")).toBe("said\n");
    expect([machine.mode(CREDENTIAL), machine.mode("home/.claude")]).toEqual(["0600", "0700"]);
    expect(readdirSync(machine.path("runtime"))).toEqual([]);
    expect(machine.read("c/.credentials.json")).toBe(login("captured"));
  });

  test.each<[string, string, string]>([
    ["one that lasts longer", login("here", 100), login("captured")],
    ["one that renews itself", login("here", 2), login("captured", 8, { refreshToken: undefined })],
  ])(
    "never takes the place of %s; with --force it does, and the other is in the backups",
    async (_, here, brought) => {
      const machine = made({
        tree: { ...CAPTURED, "c/.credentials.json": file(brought), [CREDENTIAL]: file(here) },
      });
      const kept = await machine.restore("--from", machine.path("c"));
      expect(kept).toMatchObject({ code: 0, err: "" });
      expect(kept.out).toContain("is the better one, and stays");
      expect(machine.read(CREDENTIAL)).toBe(here);
      const forced = await machine.restore("--from", machine.path("c"), "--force");
      expect(forced).toMatchObject({ code: 0, err: "" });
      expect(machine.read(CREDENTIAL)).toBe(brought);
      expect(JSON.stringify(machine.snapshot("home"))).toContain(JSON.stringify(here).slice(1, -1));
    },
  );

  test("reads a mounted secret, whose files are symlinks into a directory of their own", async () => {
    const machine = made({
      tree: {
        "secret/..2026/.credentials.json": file(login("mounted")),
        "secret/..data": symlink("..2026"),
        "secret/.credentials.json": symlink("..data/.credentials.json"),
      },
    });
    expect(await machine.restore("--from", machine.path("secret"))).toMatchObject({ code: 0, err: "" });
    expect(machine.read(CREDENTIAL)).toBe(login("mounted"));
    expect(readdirSync(machine.path("home/.claude"))).toEqual([".credentials.json"]);
  });

  test("reads a credential from standard input, as a keychain holds it", async () => {
    const machine = made();
    machine.input = `${login("keychain")}\n`;
    const { code, out, err } = await machine.restore("--from", "-");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("use it nowhere else");
    expect(machine.read(CREDENTIAL)).toBe(`${login("keychain")}\n`);
    expect(machine.mode(CREDENTIAL)).toBe("0600");
    expect(readdirSync(machine.path("runtime"))).toEqual([]);
  });

  test.each([
    ["nothing", "", /nothing came on standard input[^]*on macOS: security find-generic-password/],
    ["no JSON", "security: not found\n", /there is no login in standard input \(malformed\)/],
    ["a login that has ended", login("x", -1, { refreshToken: "" }), /the login in standard input has ended/],
  ])("refuses %s on standard input, and changes nothing", async (_, input, why) => {
    const machine = made();
    machine.input = input;
    const before = machine.snapshot();
    const { code, err } = await machine.restore("--from", "-");
    expect(code).toBe(1);
    expect(err).toMatch(why);
    expect(machine.snapshot()).toEqual(before);
  });

  test("takes nothing that a symlink of a directory brings from outside of it", async () => {
    const machine = made({
      tree: { "c/.credentials.json": file(login("c")), "c/settings.json": symlink("../outside") },
    });
    const { code, err } = await machine.restore("--from", machine.path("c"));
    expect(code).toBe(1);
    expect(err).toMatch(/"settings.json" leads outside/);
    expect(machine.exists("home/.claude")).toBe(false);
  });

  test("gives files to somebody else for root alone", async () => {
    const machine = made({ tree: CAPTURED });
    const { code, err } = await machine.restore("--from", machine.path("c"), "--owner", "4711:4711");
    expect({ code, home: machine.exists("home/.claude") }).toEqual({ code: 2, home: false });
    expect(err).toContain("--owner is for root");
  });

  test("looks for a login in a directory before it copies any of it", async () => {
    const machine = made({ tree: { [`home/${"a/".repeat(70)}deep`]: file("") } });
    const { err } = await machine.restore("--from", machine.path("home"));
    expect(err).toContain("there is no login");
  });

  test.each<[string, string, RegExp]>([
    ["nothing", "nowhere", /is not there/],
    ["a directory without a login", "home", /there is no login/],
    ["a login that has ended", "ended", /has ended/],
    ["what its own folder would come to lie in", "", /what is unpacked would come to lie in it/],
    ["a file that is no archive", "outside", /no whole archive/],
  ])("refuses %s, and changes nothing", async (_, from, why) => {
    const machine = made({
      tree: {
        "ended/.credentials.json": file(login("x", -1, { refreshToken: "" })),
        ".credentials.json": file(login("y")),
      },
    });
    const before = machine.snapshot();
    const { code, out, err } = await machine.restore("--from", machine.path(from));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(why);
    expect(machine.snapshot()).toEqual(before);
  });
});

describe("restore takes nothing of a hostile archive", () => {
  const link = (name: string, linkname: string, type: "symlink" | "link" = "symlink"): TarEntry => ({
    header: { name, size: 0, type, linkname },
  });
  const plain = (name: string, body = "planted"): TarEntry => ({ header: { name, size: body.length }, body });

  test.each<[string, TarEntry[], RegExp]>([
    ["a path upwards", [plain("../outside")], /leads upwards/],
    ["a path upwards in the middle", [plain("a/../../outside")], /leads upwards/],
    ["an absolute path", [plain("/tmp/planted-by-an-archive")], /no relative path/],
    ["a symlink that leads outside", [link("a", "/etc")], /leads outside/],
    ["a symlink that leads upwards", [link("a", "..")], /leads outside/],
    ["a symlink down and up again", [link("a", "b/../..")], /leads outside/],
    ["a file below a symlink", [link("a", "b"), plain("a/c")], /lies below a symlink/],
    [
      "a symlink through a symlink",
      [link("x/a", "../y/z"), link("b", "x/a/c")],
      /leads through another symlink/,
    ],
    ["a hard link", [link("a", "../../outside", "link")], /files, directories and symlinks alone/],
    [
      "a device",
      [{ header: { name: "a", size: 0, type: "character-device" } }],
      /files, directories and symlinks/,
    ],
    ["a FIFO", [{ header: { name: "a", size: 0, type: "fifo" } }], /files, directories and symlinks/],
    ["a name twice", [plain("a"), plain("a")], /is there twice/],
    ["a name twice, once with a dot", [plain("a"), link("./a", "b")], /is there twice/],
    ["a second credential", [plain("./.credentials.json")], /is there twice/],
    ["a path too deep", [plain(`${"a/".repeat(64)}b`)], /too deep/],
    ["a name too long", [plain("x".repeat(256))], /too long a name/],
    ["a file below a file", [plain("a"), plain("a/b")], /lies below a file/],
  ])("%s", async (_, entries, why) => {
    const machine = made({ tree: { [CREDENTIAL]: file(login("here")) } });
    const from = await archive(machine, entries);
    const before = machine.snapshot();
    const { code, out, err } = await machine.restore("--from", from, "--force");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(why);
    expect(machine.snapshot()).toEqual(before);
  });

  test("another machine's locks and keys, which are passed by", async () => {
    const machine = made();
    const from = await archive(machine, [
      plain(".oauth_refresh.lock/x"),
      plain("shell-snapshots/a.sh"),
      plain("ok"),
    ]);
    expect(await machine.restore("--from", from)).toMatchObject({ code: 0, err: "" });
    expect(readdirSync(machine.path("home/.claude")).sort()).toEqual([".credentials.json", "ok"]);
  });

  test("its set-user-ID bits and open modes", async () => {
    const machine = made();
    const from = await archive(machine, [{ header: { name: "a", size: 1, mode: 0o4777 }, body: "x" }]);
    expect(await machine.restore("--from", from)).toMatchObject({ code: 0 });
    expect(machine.mode("home/.claude/a")).toBe("0700");
  });

  test("cut off anywhere: the login that is there is as it was", async () => {
    const machine = made({ tree: { [CREDENTIAL]: file(login("here")) } });
    const from = await archive(machine, [plain("a", "x".repeat(5000))]);
    const before = machine.snapshot("home");
    for (let size = statSync(from).size - 1; size > 0; size -= 7) {
      truncateSync(from, size);
      expect(await machine.restore("--from", from, "--force"), size.toString()).toMatchObject({
        code: 1,
        out: "",
      });
    }
    expect(machine.snapshot("home")).toEqual(before);
    expect(readdirSync(machine.path("runtime"))).toEqual([]);
  });
});
