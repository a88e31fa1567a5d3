import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { Check } from "../../../src/report/check.ts";
import { CHECK_GROUPS, CHECK_OF } from "../../../src/report/check-table.ts";
import { FINDING_SEVERITY } from "../../../src/report/finding.ts";
import { login } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";
import { CONTAINER_STATES } from "./doctor-container-states.ts";
import { FAILED_STATES } from "./doctor-failed-states.ts";
import { LOGIN_STATES } from "./doctor-login-states.ts";
import { CREDENTIAL, machineOf, rowsOf, settled, STORE } from "./doctor-state.ts";
import { STORE_STATES } from "./doctor-store-states.ts";

const STATES = [...LOGIN_STATES, ...STORE_STATES, ...CONTAINER_STATES, ...FAILED_STATES];

const NAMES: string[] = Object.values(CHECK_GROUPS).flat();

function bad(checks: readonly Check[]): boolean {
  return checks.some(({ result }) => result === "error" || result === "failed");
}

describe("doctor", () => {
  test.each(STATES)("tells of $name: $check is $result", async (row) => {
    const machine = await machineOf(row);
    const before = machine.snapshot();
    const { code, out, err, report, mutations } = await machine.doctor("--workspace", machine.work);

    const rows = rowsOf(report.checks, row.check);
    const found = rows.find(({ seen }) => row.seen.test(seen));
    expect(found, JSON.stringify(rows, null, 1)).toMatchObject({ result: row.result });
    expect(found?.code).toBe(row.code);
    if (row.fix === undefined) expect(found?.fix).toBeNull();
    else expect(found?.fix).toMatch(row.fix);

    expect(report.version).toBe(1);
    const names = [...new Set(report.checks.map(({ name }) => name))];
    expect(names).toEqual(NAMES);
    expect(code).toBe(bad(report.checks) ? 1 : 0);
    expect(err).toBe("");
    expect(out).not.toContain("canary");
    expect(mutations).toEqual([]);
    expect(machine.snapshot()).toEqual(before);
  });

  test("has a row of each kind for every check that can have it", () => {
    const results = (name: string): Set<string> =>
      new Set(STATES.filter(({ check }) => check === name).map(({ result }) => result));
    for (const name of ["login", "links", "start", "store", "git", "hooks", "backups", "client-version"])
      expect(results(name), name).toContain("ok");
    for (const name of ["login", "start", "hooks", "backups", "client-version", "store", "git"])
      expect(results(name), name).toContain("failed");
  });

  test("has one check for each finding's code", () => {
    expect(Object.keys(CHECK_OF).sort()).toEqual(Object.keys(FINDING_SEVERITY).sort());
    for (const name of Object.values(CHECK_OF)) expect(NAMES).toContain(name);
  });

  test("tells once what status and start both find", async () => {
    const machine = await settled();
    machine.relink("home/.claude", machine.home);
    const { report } = await machine.doctor();
    const rows = rowsOf(report.checks, "links").filter(({ code }) => code === "LINK_FOREIGN");
    expect(rows).toHaveLength(1);
    expect(rows[0]?.fix).toMatch(/start --adopt/);
  });

  test("of a login that is well says so row by row, and exits 0", async () => {
    const { code, report } = await (await settled({ env: { PATH: "" } })).doctor();
    expect(code).toBe(0);
    expect(new Set(report.checks.map(({ result }) => result))).toEqual(new Set(["ok", "skipped"]));
    expect(rowsOf(report.checks, "live")).toEqual([
      {
        name: "live",
        result: "skipped",
        seen: "not asked for: doctor --live starts Claude Code with a small prompt",
        fix: null,
      },
    ]);
  });

  test("that cannot read the stamp says so in its rows", async () => {
    const machine = await settled();
    const { fs } = machine.machine;
    const real = fs.lstat.bind(fs);
    Object.assign(fs, {
      lstat: (path: string) => {
        if (path.endsWith("/stamp")) throw Object.assign(new Error("EIO: x"), { code: "EIO", path });
        return real(path);
      },
    });
    const { code, report } = await machine.doctor();
    expect(code).toBe(1);
    expect(rowsOf(report.checks, "login")[0]).toMatchObject({ result: "failed" });
    expect(rowsOf(report.checks, "client-version")[0]).toMatchObject({ result: "skipped" });
  });

  test("with --verbose says on standard error what it looked at, and no secret", async () => {
    const machine = await settled();
    const { err, out } = await machine.doctorText("--verbose");
    expect(err).toMatch(/^claude-credentials: verbose: .*\.claude: a link to /m);
    expect(err).toMatch(/\(git\): usable/);
    expect(err + out).not.toContain("canary");
  });

  test("says the same words on a terminal in colour, with NO_COLOR and with --ascii", async () => {
    const words = (text: string): string =>
      stripVTControlCharacters(text)
        .replace(/[✓•!✗] /g, "")
        .replace(/\s+/g, " ");
    const machine = await settled({ env: { PATH: "" } });
    const plain = (await machine.doctorText()).out;
    machine.isTerminal = true;
    const colours = (await machine.doctorText()).out;
    const ascii = (await machine.doctorText("--ascii")).out;
    expect(colours).toContain("\u001b[32mok\u001b[39m");
    expect(words(colours)).toBe(words(plain));
    expect(words(ascii)).toBe(words(plain));
    expect(stripVTControlCharacters(ascii)).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("refuses what it does not know", async () => {
    const { code, err } = await new TestMachine().doctorText("--frobnicate");
    expect(code).toBe(2);
    expect(err).toContain("doctor: Unknown option '--frobnicate'");
  });
});

describe("doctor --fix", () => {
  test("on a steady home changes nothing on disk", async () => {
    const machine = await settled();
    await machine.start();
    const before = machine.snapshot();
    const { code, report, mutations } = await machine.doctor("--fix");
    expect(code).toBe(0);
    expect(mutations).toEqual([]);
    expect(machine.snapshot()).toEqual(before);
    expect(JSON.stringify(report)).not.toContain("fixed");
  });

  test("links, merges and closes what is open, and says of each check what was done", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { "home/.claude/.credentials.json": file(login("canary"), 0o644) },
    });
    const first = await machine.doctor("--workspace", machine.work);
    expect(rowsOf(first.report.checks, "credential-file")[0]?.code).toBe("CREDENTIAL_MODE");

    const { code, out, report } = await machine.doctor("--fix", "--workspace", machine.work);
    expect(code).toBe(0);
    expect(machine.linkText("home/.claude")).toBe(machine.path(`${STORE}/.claude-credentials`));
    expect(machine.mode(CREDENTIAL)).toBe("0600");
    for (const name of ["credential-file", "links", "hooks", "start"] as const)
      expect(rowsOf(report.checks, name)[0], name).toMatchObject({
        result: "ok",
        seen: expect.stringMatching(/^fixed: .+; now: /) as unknown,
      });
    expect(out).not.toContain("canary");
    expect((await machine.doctor("--fix")).mutations).toEqual([]);
  });

  test("closes a credential that start has no say in", async () => {
    const machine = new TestMachine({
      // Nothing here outlives the container.
      mounts: [["work", "tmpfs"]],
      tree: { "home/.claude/.credentials.json": file(login("canary"), 0o644) },
    });
    const { report } = await machine.doctor("--fix");
    expect(machine.mode("home/.claude/.credentials.json")).toBe("0600");
    expect(rowsOf(report.checks, "credential-file")[0]?.seen).toMatch(
      /^fixed: nobody else may read it \(~\/\.claude\/\.credentials\.json\); now: mode 0600/,
    );
  });

  test("leaves what needs a person, with its command", async () => {
    const machine = await settled();
    machine.add({ "elsewhere/.credentials.json": file(login("other")) });
    machine.relink("home/.claude", machine.path("elsewhere"));
    machine.add({ "work/Dockerfile": "FROM scratch\nCOPY . .\n" });
    const { report } = await machine.doctor("--fix");
    expect(machine.linkText("home/.claude")).toBe(machine.path("elsewhere"));
    expect(machine.exists("work/.dockerignore")).toBe(false);
    const [link] = rowsOf(report.checks, "links");
    expect(link).toMatchObject({ result: "error", code: "LINK_FOREIGN" });
    expect(link?.fix).toContain("--adopt");
  });

  test("names a lock that kept it from mending", async () => {
    const machine = await settled();
    machine.forget("home/.claude");
    machine.add({
      "home/.claude/new.txt": "x",
      [`${STORE}/.claude-credentials/.oauth_refresh.lock/x`]: "",
    });
    machine.whileSleeping = () => {
      machine.add({ [`${STORE}/.claude-credentials/.oauth_refresh.lock/${machine.slept.toString()}`]: "" });
    };
    const { code, report } = await machine.doctor("--fix");
    expect(code).toBe(1);
    expect(rowsOf(report.checks, "locks").map((row) => row.code)).toContain("LOCK_HELD");
  });

  test("in words lists what was mended", async () => {
    const machine = await settled();
    machine.forget("home/.claude.json");
    const { out } = await machine.doctorText("--fix");
    expect(out).toMatch(/^mended:\n {2}~\/\.claude\.json: linked to the store$/m);
    expect((await machine.doctorText("--fix")).out).toMatch(/^mended: nothing$/m);
  });

  test("stopped by a signal ends as start does", async () => {
    const machine = await settled();
    machine.forget("home/.claude");
    machine.add({ "home/.claude/new.txt": "x", [`${STORE}/.claude-credentials/.oauth_refresh.lock/x`]: "" });
    machine.whileSleeping = () => {
      machine.signal = 143;
    };
    const { code, err } = await machine.doctorText("--fix");
    expect(code).toBe(143);
    expect(err).toContain("stopped by a signal");
  });
});
