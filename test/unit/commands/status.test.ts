import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BLANK, login, state } from "../../support/login.ts";
import { HOUR, NOW, ROOT, TestMachine, VSCODE, type MachineOptions } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";

const CONFIG = "work/.git/claude-credentials/.claude-credentials";
const CREDENTIAL = `${CONFIG}/.credentials.json`;

/** A machine after its first start, with this credential in the store. */
async function started(credential: string | null, options: MachineOptions = {}): Promise<TestMachine> {
  const machine = new TestMachine({ repository: true, ...options });
  await machine.start();
  if (credential !== null) machine.add({ [CREDENTIAL]: file(credential) });
  machine.add({ [`${CONFIG}/.claude.json`]: file(state("a@b")) });
  return machine;
}

test("the JSON of a login that is usable and persistent", async () => {
  const machine = await started(login("a", 2, { refreshTokenExpiresAt: NOW + 100 * HOUR }));
  const { code, report, err, mutations } = await machine.status();
  expect(code).toBe(0);
  expect(err).toBe("");
  expect(mutations).toEqual([]);
  expect(report).toEqual({
    version: 1,
    mode: "oauth",
    loggedIn: true,
    persistent: true,
    account: { email: "a@b", organization: "Acme" },
    credential: {
      state: "valid",
      expiresAt: NOW + 2 * HOUR,
      expiresIn: 7200,
      refreshTokenExpiresAt: NOW + 100 * HOUR,
      hasRefreshToken: true,
      scopes: ["user:inference", "user:profile"],
      subscriptionType: "max",
    },
    store: { root: `${machine.work}/.git/claude-credentials`, kind: "git" },
    links: [
      { path: `${machine.home}/.claude`, target: machine.path(CONFIG), state: "ok" },
      { path: `${machine.home}/.claude.json`, target: `${machine.path(CONFIG)}/.claude.json`, state: "ok" },
    ],
    locks: [],
    findings: [],
  });
});

test("the JSON where nothing is", async () => {
  const machine = new TestMachine();
  const { code, report } = await machine.status();
  expect(code).toBe(1);
  expect(report).toEqual({
    version: 1,
    mode: "none",
    loggedIn: false,
    persistent: false,
    account: null,
    credential: {
      state: "absent",
      expiresAt: null,
      expiresIn: null,
      refreshTokenExpiresAt: null,
      hasRefreshToken: false,
      scopes: [],
      subscriptionType: null,
    },
    store: null,
    links: [
      { path: `${machine.home}/.claude`, target: null, state: "missing" },
      { path: `${machine.home}/.claude.json`, target: null, state: "missing" },
    ],
    locks: [],
    findings: expect.any(Array) as unknown,
  });
  expect(report.findings.map(({ code: name }) => name)).toEqual([
    "CREDENTIAL_ABSENT",
    "LINK_MISSING",
    "LINK_MISSING",
  ]);
});

interface Judged {
  readonly name: string;
  readonly credential: string | null;
  readonly state: string;
  readonly loggedIn: boolean;
  readonly codes: readonly string[];
}

const JUDGED: readonly Judged[] = [
  { name: "absent", credential: null, state: "absent", loggedIn: false, codes: ["CREDENTIAL_ABSENT"] },
  {
    name: "other tools' entries alone",
    credential: '{"mcpOAuth":{}}',
    state: "absent",
    loggedIn: false,
    codes: ["CREDENTIAL_ABSENT"],
  },
  { name: "empty", credential: "", state: "malformed", loggedIn: false, codes: ["CREDENTIAL_MALFORMED"] },
  {
    name: "a list",
    credential: "[1]",
    state: "malformed",
    loggedIn: false,
    codes: ["CREDENTIAL_MALFORMED"],
  },
  {
    name: "a wrong type",
    credential: login("a", 1, { accessToken: 5 }),
    state: "malformed",
    loggedIn: false,
    codes: ["CREDENTIAL_MALFORMED"],
  },
  { name: "blank", credential: BLANK, state: "blank", loggedIn: false, codes: ["CREDENTIAL_BLANK"] },
  { name: "unexpired", credential: login("a"), state: "valid", loggedIn: true, codes: [] },
  { name: "expired, refreshable", credential: login("a", -1), state: "valid", loggedIn: true, codes: [] },
  {
    name: "expired, the refresh token too",
    credential: login("a", -1, { refreshTokenExpiresAt: NOW - 1 }),
    state: "valid",
    loggedIn: false,
    codes: ["CREDENTIAL_EXPIRED"],
  },
  {
    name: "expired, without a refresh token",
    credential: login("a", -1, { refreshToken: undefined }),
    state: "valid",
    loggedIn: false,
    codes: ["CREDENTIAL_EXPIRED"],
  },
  {
    name: "unexpired, without a refresh token",
    credential: login("a", 1, { refreshToken: "" }),
    state: "valid",
    loggedIn: true,
    codes: ["CREDENTIAL_EXPIRING"],
  },
  {
    name: "refreshable, until tomorrow",
    credential: login("a", -1, { refreshTokenExpiresAt: NOW + 24 * HOUR }),
    state: "valid",
    loggedIn: true,
    codes: ["CREDENTIAL_EXPIRING"],
  },
  {
    name: "of a client to come",
    credential: login("a", 1, { tokenGeneration: 7, device: { id: "x" } }),
    state: "valid",
    loggedIn: true,
    codes: [],
  },
  {
    name: "expiresAt null does not expire",
    credential: login("a", 1, { expiresAt: null, refreshToken: null }),
    state: "valid",
    loggedIn: true,
    codes: [],
  },
  {
    name: "expiresAt absent does not expire",
    credential: login("a", 1, { expiresAt: undefined, refreshToken: undefined }),
    state: "valid",
    loggedIn: true,
    codes: [],
  },
  {
    name: "without the scope user:inference",
    credential: login("a", 1, { scopes: ["user:profile"] }),
    state: "valid",
    loggedIn: false,
    codes: ["CREDENTIAL_SCOPES"],
  },
  {
    name: "without scopes",
    credential: login("a", 1, { scopes: undefined }),
    state: "valid",
    loggedIn: false,
    codes: ["CREDENTIAL_SCOPES"],
  },
];

describe("a credential is judged by its content", () => {
  test.each(JUDGED)("$name", async ({ credential, state: expected, loggedIn, codes }) => {
    const machine = await started(credential);
    const { code, report } = await machine.status();
    expect(report.credential.state).toBe(expected);
    expect(report.loggedIn).toBe(loggedIn);
    expect(report.mode).toBe(expected === "valid" ? "oauth" : "none");
    expect(report.findings.map((finding) => finding.code)).toEqual(codes);
    expect(report.persistent).toBe(true);
    expect(code).toBe(loggedIn ? 0 : 1);
  });

  test("durations are negative when past", async () => {
    expect((await (await started(login("a", -2))).status()).report.credential.expiresIn).toBe(-7200);
  });

  test("an unreadable one", async () => {
    const machine = await started(login("a"));
    machine.own(CREDENTIAL, ROOT);
    const { report, code } = await machine.status();
    expect(code).toBe(1);
    expect(report.credential.state).toBe("unreadable");
    expect(report.findings.map((finding) => finding.code)).toEqual(["CREDENTIAL_MODE", "STORE_WRONG_OWNER"]);
  });

  test("one that others may read", async () => {
    const machine = await started(null);
    machine.add({ [CREDENTIAL]: file(login("a"), 0o644) });
    const { report, code } = await machine.status();
    expect(code).toBe(0);
    expect(report.findings).toEqual([
      {
        code: "CREDENTIAL_MODE",
        severity: "warning",
        message: "others may read the credential (mode 0644)",
        hint: `chmod 600 ${machine.path(CREDENTIAL)}\nclaude-credentials explain CREDENTIAL_MODE`,
        path: machine.path(CREDENTIAL),
      },
    ]);
  });
});

describe("the end of a login", () => {
  test.each([
    [[], 72, true],
    [[], 73, false],
    [["--warn", "1d"], 25, false],
    [["--warn", "12h"], 12, true],
    [["--warn", "0d"], 1, false],
  ])("with %j a login that ends in %i h: warned of is %s", async (flags, hours, isWarned) => {
    const machine = await started(login("a", -1, { refreshTokenExpiresAt: NOW + hours * HOUR }));
    const { report, code } = await machine.status(...flags);
    expect(code).toBe(0);
    expect(report.findings.map((finding) => finding.code)).toEqual(isWarned ? ["CREDENTIAL_EXPIRING"] : []);
  });

  test.each([
    [2, 24 * 20, "max, access token good for 2 h, renews itself, login good until 21 Jan"],
    [-3, 24 * 20, "max, access token expired 3 h ago; it renews itself at next use, login good until 21 Jan"],
    [-3, -24, "max, access token expired 3 h ago; it renews itself at next use, but the login ended on"],
  ])("an access token of %i h and a login of %i h are told in words", async (hours, end, words) => {
    const machine = await started(login("a", hours, { refreshTokenExpiresAt: NOW + end * HOUR }));
    expect((await machine.statusText()).out.replaceAll(/\n +/g, " ")).toContain(words);
  });

  test("a time that no calendar has is not told", async () => {
    const machine = await started(login("a", 2, { refreshTokenExpiresAt: 1e300 }));
    expect((await machine.statusText()).out).toContain("renews itself\n");
  });
});

describe("watching", () => {
  test("says how it is, then says only what changes, until a signal ends it", async () => {
    const machine = await started(login("a", 100));
    let naps = 0;
    machine.whileSleeping = () => {
      naps += 1;
      if (naps === 20) writeFileSync(machine.path(CREDENTIAL), BLANK);
      if (naps === 50) machine.signal = 143;
    };
    const { code, out } = await machine.statusText("--watch", "2");
    expect(code).toBe(143);
    const lines = out.trimEnd().split("\n");
    expect(lines.map((line) => line.slice(25).split(" | ")[0])).toEqual([
      "logged in, and the login outlives rebuilds",
      "not logged in",
    ]);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z logged in/);
    expect(lines[1]).toMatch(/ [|] CREDENTIAL_BLANK$/);
  });
});

test.each([
  [["--format", "xml"], "there is no format 'xml'"],
  [["--format", "prometheus", "--json"], "exclude each other"],
  [["--format", "prometheus", "--watch", "5"], "--watch prints lines of text"],
  [["--warn", "soon"], "--warn 'soon' is no time"],
  [["--watch", "0"], "--watch '0' is no number"],
])("%j is refused", async (flags, said) => {
  const { code, out, err } = await (await started(null)).statusText(...flags);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(said);
});

describe("links", () => {
  test.each([
    ["dangling", symlink("/gone/.claude-credentials"), "LINK_MISSING"],
    ["replaced", directory(), "LINK_REPLACED"],
    ["replaced", file("x"), "LINK_REPLACED"],
    ["foreign", symlink("../elsewhere"), "LINK_FOREIGN"],
  ] as const)("%s", async (expected, entry, code) => {
    const machine = new TestMachine({ tree: { elsewhere: directory(), "home/.claude": entry } });
    const { report } = await machine.status();
    expect(report.links[0]?.state).toBe(expected);
    expect(report.links[0]?.target).toBe(entry.type === "symlink" ? entry.text : null);
    expect(report.findings.map((finding) => finding.code)).toContain(code);
  });

  test("to the image's own directory, before any start: in the container, gone with it", async () => {
    const machine = new TestMachine({ tree: { "home/.claude/.credentials.json": file(login("a")) } });
    await machine.install();
    const { report, code } = await machine.status();
    expect(code).toBe(1);
    expect(report).toMatchObject({ loggedIn: true, persistent: false, store: null });
    expect(report.links.map(({ state: each }) => each)).toEqual(["ok", "ok"]);
    expect(report.findings.map((finding) => finding.code)).toContain("STORE_NOT_PERSISTENT");
  });
});

test("locks of the client, with their age", async () => {
  const machine = await started(login("a"));
  const paths = [
    `${machine.path(CONFIG)}.lock`,
    `${machine.path(CONFIG)}/.oauth_refresh.lock`,
    `${machine.path(CONFIG)}/.storage-write.lock`,
    `${machine.home}/.claude.json.lock`,
  ];
  for (const path of paths) {
    mkdirSync(path);
    utimesSync(path, NOW / 1000 - 12, NOW / 1000 - 12);
  }
  expect((await machine.status()).report.locks).toEqual(paths.map((path) => ({ path, ageSeconds: 12 })));
  expect((await machine.statusText()).out).toContain("touched 12 s ago");
});

describe("the text", () => {
  test("of a login that outlives rebuilds", async () => {
    const machine = await started(login("a", 2));
    const { out } = await machine.statusText();
    expect(out.replaceAll(machine.root, "")).toMatchInlineSnapshot(`
      "claude-credentials: logged in, and the login outlives rebuilds
        account          a@b, Acme
        login            max, access token good for 2 h, renews itself
        signed in        at least 27028 d ago
        mode             the stored login, ~/.claude/.credentials.json
        store            /work/.git/claude-credentials
                         (the repository's git directory), outlives rebuilds
        ~/.claude        ok, leads into the store
        ~/.claude.json   ok, leads into the store
      "
    `);
  });

  test("of one that ended, in words and with what to do", async () => {
    const machine = await started(login("a", -30, { refreshToken: "" }));
    const { out } = await machine.statusText();
    expect(out.replaceAll(machine.root, "")).toMatchInlineSnapshot(`
      "claude-credentials: not logged in
        account          a@b, Acme
        login            max, access token expired 1 d ago, and there is no refresh
                         token
        signed in        at least 27028 d ago
        mode             the stored login, ~/.claude/.credentials.json
        store            /work/.git/claude-credentials
                         (the repository's git directory), outlives rebuilds
        ~/.claude        ok, leads into the store
        ~/.claude.json   ok, leads into the store
      claude-credentials: warning CREDENTIAL_EXPIRED: the access token has expired
        and there is no refresh token
        log in: claude auth login
        more: claude-credentials explain CREDENTIAL_EXPIRED
      "
    `);
  });

  test("never shows a token", async () => {
    const machine = await started(login("canary-0123456789"));
    const texts = [await machine.statusText(), await machine.status(), await machine.start("--verbose")];
    for (const { out, err } of texts) expect(out + err).not.toContain("canary");
  });

  test("of a name with control characters forges nothing", async () => {
    const machine = await started(login("a"));
    machine.forget(`${CONFIG}/.claude.json`);
    machine.add({ [`${CONFIG}/.claude.json`]: file(state("a\u001b[2J\nclaude-credentials: all is well")) });
    expect((await machine.statusText()).out).toContain("a\\x1b[2J\\x0aclaude-credentials: all is well");
  });
});

test("a foreign store's kinds are told apart", async () => {
  for (const [options, kind] of [
    [{ volume: true }, "mount"],
    [{}, "workspace"],
    [{ options: { store: "/tmp/x" } }, "path"],
  ] as const) {
    const machine = new TestMachine({ ...options, user: VSCODE });
    const flags = kind === "path" ? ["--store", machine.path("work/own")] : [];
    await machine.start(...flags);
    expect((await machine.status()).report.store?.kind).toBe(kind);
  }
});

test("usage errors are 2", async () => {
  const run = await new TestMachine().statusText("--frobnicate");
  expect(run.code).toBe(2);
  expect(run.err).toBe(
    "status: Unknown option '--frobnicate'\nclaude-credentials status --help lists its flags\n",
  );
});
