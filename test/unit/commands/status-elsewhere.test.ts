import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { BLANK, login, state } from "../../support/login.ts";
import { ROOT, TestMachine } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";

const LOGIN = { ".credentials.json": file(login("a", 2)), ".claude.json": file(state("a@b")) };
const CAPTURED = Object.fromEntries(
  Object.entries(LOGIN).map(([name, entry]) => [`elsewhere/captured/${name}`, entry]),
);
const KEPT = Object.fromEntries(
  Object.entries(LOGIN).map(([name, entry]) => [`elsewhere/store/.claude-credentials/${name}`, entry]),
);

describe("--auth", () => {
  const machine = () => new TestMachine({ tree: { ...CAPTURED, ...KEPT } });

  test.each([
    ["a captured directory", "elsewhere/captured", "elsewhere/captured"],
    ["a store", "elsewhere/store", "elsewhere/store"],
    ["a store's own folder", "elsewhere/store/.claude-credentials", "elsewhere/store"],
  ])("looks at %s, whatever the home leads to", async (_, path, root) => {
    const made = machine();
    const { code, report } = await made.status("--auth", made.path(path));
    expect(code).toBe(0);
    expect(report).toMatchObject({
      mode: "oauth",
      loggedIn: true,
      persistent: false,
      account: { email: "a@b" },
      store: { root: made.path(root), kind: "path" },
      links: [],
      findings: [],
    });
  });

  test("misses no onboarding there, which nobody opens Claude Code in", async () => {
    const made = new TestMachine({ tree: { ...CAPTURED, "elsewhere/captured/.claude.json": file("{}") } });
    expect((await made.status("--auth", made.path("elsewhere/captured"))).report.findings).toEqual([]);
  });

  test("takes a path from the working directory", async () => {
    const { code } = await machine().status("--auth", "../elsewhere/captured");
    expect(code).toBe(0);
  });

  test("follows a link", async () => {
    const made = machine();
    made.add({ "elsewhere/link": symlink("captured") });
    expect((await made.status("--auth", made.path("elsewhere/link"))).report.loggedIn).toBe(true);
  });

  test.each([
    ["is not there", null, "CREDENTIAL_ABSENT"],
    ["holds a login that was refused", file(BLANK), "CREDENTIAL_BLANK"],
    ["holds one that is cut off", file("{"), "CREDENTIAL_MALFORMED"],
  ])("exits 1 where it %s", async (_, credential, expected) => {
    const made = new TestMachine(
      credential === null ? {} : { tree: { "elsewhere/x/.credentials.json": credential } },
    );
    const { code, report } = await made.status("--auth", made.path("elsewhere/x"));
    expect(code).toBe(1);
    expect(report.findings.map((one) => one.code)).toEqual([expected]);
  });

  test("counts no token of the environment that it is asked in, but the one that a store keeps", async () => {
    const made = new TestMachine({
      tree: {
        "elsewhere/x": directory(),
        "elsewhere/store/.claude-credentials": directory(),
        "elsewhere/store/env-vars/.claude-code-env": file("export ANTHROPIC_API_KEY='sk-ant-made-up-key'\n"),
      },
      env: { ANTHROPIC_AUTH_TOKEN: "made-up-token" },
    });
    expect((await made.status("--auth", made.path("elsewhere/x"))).report.mode).toBe("none");
    expect((await made.status("--auth", made.path("elsewhere/store"))).report).toMatchObject({
      mode: "api-key",
      loggedIn: true,
    });
  });

  test("and --store exclude each other", async () => {
    const run = await machine().statusText("--auth", "x", "--store", "/y");
    expect(run).toMatchObject({ code: 2, out: "" });
    expect((await machine().statusText("--auth", "")).code).toBe(2);
  });
});

test("--store with a path looks at the store there, and counts whether it outlives the container", async () => {
  const tree = KEPT;
  const lost = new TestMachine({ tree });
  const kept = new TestMachine({ tree, mounts: [["elsewhere", "ext4"]] });
  for (const [made, code] of [
    [lost, 1],
    [kept, 0],
  ] as const) {
    const run = await made.status("--store", made.path("elsewhere/store"));
    expect(run.code).toBe(code);
    expect(run.report).toMatchObject({ loggedIn: true, persistent: code === 0, links: [] });
  }
});

describe("Claude Code's own tools", () => {
  const cases = [
    ["are kept from the login by the installation's rules", {}, null],
    ["may read it where there are none", { guarded: false }, "warning"],
    ["may read it where the option says so", { guarded: false, options: { guard: false } }, "info"],
    ["ask before they read what is no part of the workspace", { guarded: false, volume: true }, null],
  ] as const;
  test.each(cases)("%s", async (_, options, severity) => {
    const machine = new TestMachine({ repository: true, ...options });
    await machine.start();
    const { findings } = (await machine.status()).report;
    const found = findings.find(({ code }) => code === "STORE_READABLE_BY_AGENT");
    expect(found?.severity ?? null).toBe(severity);
  });

  test.each(["", "{", '{"permissions":{"deny":"x"}}', '{"permissions":{"deny":["Read(x)"]}}'])(
    "may read it where the rules were replaced by %j",
    async (text) => {
      const machine = new TestMachine({ repository: true });
      writeFileSync(
        machine.path("machine/etc-claude/code/managed-settings.d/50-claude-credentials.json"),
        text,
      );
      await machine.start();
      const { findings } = (await machine.status()).report;
      expect(findings.map(({ code }) => code)).toContain("STORE_READABLE_BY_AGENT");
    },
  );
});

describe("the state file beside a login", () => {
  const CONFIG = "work/.git/claude-credentials/.claude-credentials";
  test.each([
    ["is not there", null, ["ONBOARDING_MISSING"]],
    ["says of no onboarding", file("{}"), ["ONBOARDING_MISSING"]],
    ["is cut off", file("{"), ["STATE_MALFORMED"]],
    ["tells that it was completed", file(state("a@b")), []],
  ])("%s", async (_, entry, codes) => {
    const machine = new TestMachine({ repository: true });
    await machine.start();
    machine.add({ [`${CONFIG}/.credentials.json`]: file(login("a")) });
    if (entry !== null) machine.add({ [`${CONFIG}/.claude.json`]: entry });
    const { code, report } = await machine.status();
    expect(code).toBe(0);
    expect(report.findings.map((one) => one.code)).toEqual(codes);
  });

  test("is not missed without a login", async () => {
    const machine = new TestMachine({ repository: true });
    await machine.start();
    const { findings } = (await machine.status()).report;
    expect(findings.map((one) => one.code)).toEqual(["CREDENTIAL_ABSENT"]);
  });
});

describe("the page", () => {
  async function made(): Promise<TestMachine> {
    const machine = new TestMachine({ repository: true });
    await machine.start();
    machine.add({
      "work/.git/claude-credentials/.claude-credentials/.credentials.json": file(login("a", -1), 0o644),
      "work/.git/claude-credentials/.claude-credentials/.claude.json": file(state("ä@b")),
    });
    mkdirSync(`${machine.home}/.claude.json.lock`);
    return machine;
  }

  test("is in colour on a terminal alone, and says the same without", async () => {
    const machine = await made();
    const { out: plain } = await machine.statusText();
    machine.isTerminal = true;
    const { out: coloured } = await machine.statusText();
    // eslint-disable-next-line no-control-regex -- colours are what is asked about
    expect(coloured).toMatch(/\u001b\[/);
    expect(plain).not.toContain("\u001b");
    // eslint-disable-next-line no-control-regex -- colours are what is asked about
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "").replaceAll(/[✓•!✗] /g, "")).toBe(plain);
  });

  test("of ASCII holds nothing else", async () => {
    const machine = await made();
    machine.isTerminal = true;
    const { out } = await machine.statusText("--ascii");
    // eslint-disable-next-line no-control-regex -- colours are what is left out
    expect(out.replaceAll(/\u001b\[\d+m/g, "")).toMatch(/^[\n -~]*$/);
    expect(out).toContain("\\u{e4}@b");
  });

  test("says who holds a lock, as far as that is known", async () => {
    const machine = await made();
    expect((await machine.statusText()).out.replaceAll(/\n +/g, " ")).toContain(
      "by somebody who left no name",
    );
  });

  test("keeps to 80 columns, but for words that are longer", async () => {
    const machine = await made();
    machine.own("work/.git/claude-credentials/.claude-credentials/.credentials.json", ROOT);
    const { out } = await machine.statusText();
    const long = out.split("\n").filter((line) => line.length > 80);
    for (const line of long) expect(line).toMatch(/^ *((store +)?\S+|sudo .*|chmod .*|.*ls -l .*)$/);
  });
});

test("where no place outlives the container the links are as start makes them, and what to run is said", async () => {
  const machine = new TestMachine({ options: { store: "workspace" }, mounts: [["work", "tmpfs"]] });
  await machine.install();
  await machine.start();
  const { report } = await machine.status("--workspace", machine.work);
  expect(report.links.map(({ state: each }) => each)).toEqual(["ok", "ok"]);
  const told = report.findings.find(({ code }) => code === "STORE_NOT_PERSISTENT");
  expect(told?.hint).toContain(`claude-credentials start --workspace ${machine.work}`);
});

test("links that start led into the image, a store having been usable before, are no other tool's", async () => {
  const machine = new TestMachine({ repository: true });
  await machine.install();
  await machine.start();
  const build = machine.path("home/.local/share/claude-credentials/.claude-credentials");
  machine.relink("home/.claude", build);
  machine.relink("home/.claude.json", `${build}/.claude.json`);
  const { report } = await machine.status();
  expect(report.links.map(({ state: each }) => each)).toEqual(["ok", "ok"]);
  const codes = report.findings.map(({ code }) => code);
  expect(codes).toContain("STORE_NOT_PERSISTENT");
  expect(codes).not.toContain("LINK_FOREIGN");
  const { checks } = (await machine.doctor()).report;
  expect(checks.filter(({ name }) => name === "re-pointing").map(({ code }) => code)).toEqual([undefined]);
});

test("where no start wrote the workspace down, the project that it is asked in is named", async () => {
  const machine = new TestMachine({
    tree: { "home/.claude": directory(), "work/.devcontainer": directory() },
  });
  const { report } = await machine.status();
  const told = report.findings.find(({ code }) => code === "STORE_NOT_PERSISTENT");
  expect(told?.hint.split("\n")[0]).toBe(
    `what is in the way is said by: claude-credentials start --workspace ${machine.work}`,
  );
});

test("where no start wrote the workspace down, there is one look, as where it is named", async () => {
  const machine = new TestMachine({ tree: { "work/.devcontainer": directory() } });
  const looks = vi.spyOn(machine.machine, "now");
  await machine.status("--workspace", machine.work);
  const named = looks.mock.calls.length;
  await machine.status();
  expect(looks.mock.calls.length - named).toBe(named);
});
