import { describe, expect, test } from "vitest";
import { apply } from "../../../src/apply/apply.ts";
import type { Action } from "../../../src/plan/action.ts";
import { login, state } from "../../support/login.ts";
import { ROOT, TestMachine, VOLUME, VSCODE, repository, type MachineOptions } from "../../support/machine.ts";
import { directory, file, symlink, type Tree } from "../../support/tree.ts";

const LOGIN = ".claude-credentials/.credentials.json";

interface Choice {
  readonly name: string;
  readonly options: MachineOptions;
  readonly flags?: readonly string[];
  /** The store's root below the machine's tree (or absolute) and its kind; null where there is none. */
  readonly store: readonly [root: string, kind: string] | null;
  readonly codes?: readonly string[];
  /** Whether the outcome is `persistent`; only said where that differs from "there is a store". */
  readonly isPersistent?: false;
}

const GIT_STORE = "work/.git/claude-credentials";
const SECRETS = "work/.devcontainer.secrets";

const CHOICES: readonly Choice[] = [
  {
    name: "a volume at /var/lib/claude-credentials comes first",
    options: {
      volume: true,
      repository: true,
      tree: { [`${GIT_STORE}/${LOGIN}`]: file(login("git", -1)) },
    },
    store: [VOLUME, "mount"],
  },
  {
    name: "a directory at /var/lib/claude-credentials that is no mount does not count",
    options: { repository: true, tree: { "volume/.claude-credentials": directory() } },
    store: [GIT_STORE, "git"],
  },
  {
    name: "a git store that holds a login comes before .devcontainer.secrets",
    options: {
      repository: true,
      tree: { [`${GIT_STORE}/.claude-credentials`]: directory(0o700), [SECRETS]: directory() },
    },
    store: [GIT_STORE, "git"],
  },
  {
    name: ".devcontainer.secrets that is there comes before a new git store",
    options: { repository: true, tree: { [`${SECRETS}/other.env`]: file("X=1") } },
    store: [SECRETS, "workspace"],
  },
  { name: "a new git store", options: { repository: true }, store: [GIT_STORE, "git"] },
  {
    name: "a repository further up on the same file system",
    options: { tree: repository("."), mounts: [[".", "ext4"]] },
    store: [".git/claude-credentials", "git"],
  },
  {
    name: "without a repository a new .devcontainer.secrets",
    options: {},
    store: [SECRETS, "workspace"],
  },
  {
    name: "a .git that is a file (a worktree whose repository is not mounted) is none to use",
    options: { tree: { "work/.git": "gitdir: /gone/.git/worktrees/work\n" } },
    store: [SECRETS, "workspace"],
  },
  {
    name: "in a worktree whose repository is not mounted, a .devcontainer.secrets that is there is not trusted",
    options: { tree: { "work/.git": "gitdir: /gone/.git/worktrees/work\n", [SECRETS]: directory() } },
    store: null,
    codes: ["STORE_UNSAFE"],
  },
  {
    name: "in a worktree whose repository is not mounted, --adopt trusts it",
    options: { tree: { "work/.git": "gitdir: /gone/.git/worktrees/work\n", [SECRETS]: directory() } },
    flags: ["--adopt"],
    store: [SECRETS, "workspace"],
  },
  {
    name: "a .git that is a symlink is none to use",
    options: { tree: { ...repository("elsewhere"), "work/.git": symlink("../elsewhere/.git") } },
    store: [SECRETS, "workspace"],
  },
  {
    name: "a .git without a HEAD is no repository",
    options: { tree: { "work/.git/config": "" } },
    store: [SECRETS, "workspace"],
  },
  {
    name: "option git",
    options: { volume: true, repository: true, options: { store: "git" }, tree: { [SECRETS]: directory() } },
    store: [GIT_STORE, "git"],
  },
  {
    name: "option git without a repository has no next candidate",
    options: { volume: true, options: { store: "git" } },
    store: null,
    codes: ["STORE_NOT_PERSISTENT"],
  },
  {
    name: "option workspace",
    options: { volume: true, repository: true, options: { store: "workspace" } },
    store: [SECRETS, "workspace"],
  },
  {
    name: "option workspace, unsafe, has no next candidate",
    options: {
      volume: true,
      repository: true,
      options: { store: "workspace" },
      tree: { [SECRETS]: symlink("../elsewhere"), elsewhere: directory() },
    },
    store: null,
    codes: ["STORE_UNSAFE"],
  },
  {
    name: "flag --store before the option",
    options: { repository: true, options: { store: "git" } },
    flags: ["--store", "workspace"],
    store: [SECRETS, "workspace"],
  },
  {
    name: "an absolute path on persistent storage",
    options: { repository: true, mounts: [["elsewhere", "ext4"]], tree: { elsewhere: directory() } },
    flags: ["--store", "elsewhere/store"],
    store: ["elsewhere/store", "path"],
  },
  {
    name: "an absolute path on the container's own layer",
    options: { repository: true, tree: { elsewhere: directory() } },
    flags: ["--store", "elsewhere/store"],
    store: ["elsewhere/store", "path"],
    codes: ["STORE_NOT_PERSISTENT"],
    isPersistent: false,
  },
  {
    name: "an absolute path on a tmpfs",
    options: { repository: true, mounts: [["elsewhere", "tmpfs"]], tree: { elsewhere: directory() } },
    flags: ["--store", "elsewhere/store"],
    store: ["elsewhere/store", "path"],
    codes: ["STORE_NOT_PERSISTENT"],
    isPersistent: false,
  },
  {
    name: "an absolute path that is a file",
    options: { repository: true, tree: { "work/store": "text" } },
    flags: ["--store", "work/store"],
    store: null,
    codes: ["STORE_UNSAFE"],
  },
  {
    name: "the absolute path of .devcontainer.secrets is judged as that",
    options: { repository: true },
    flags: ["--store", SECRETS],
    store: [SECRETS, "workspace"],
  },
  {
    name: "the absolute path of the git store is that",
    options: { repository: true },
    flags: ["--store", GIT_STORE],
    store: [GIT_STORE, "git"],
  },
  {
    name: "a workspace on the container's own layer",
    options: { mounts: [["work", "overlay"]] },
    store: [SECRETS, "workspace"],
    codes: ["STORE_NOT_PERSISTENT"],
    isPersistent: false,
  },
  {
    name: "a plain host, where every disk persists",
    options: { container: false, repository: true },
    store: [GIT_STORE, "git"],
  },
  {
    name: "a store of a newer version is left alone, and no other used beside it: that would split the login",
    options: {
      repository: true,
      tree: { [`${GIT_STORE}/format`]: file("2\n"), [`${GIT_STORE}/.claude-credentials`]: directory(0o700) },
    },
    store: null,
    codes: ["STORE_NEWER"],
  },
  {
    name: "a read-only workspace",
    options: { mounts: [["work", "ext4", "ro"]], tree: { work: directory(0o555) } },
    store: null,
    codes: ["STORE_NOT_WRITABLE"],
  },
];

describe("the store is chosen", () => {
  test.each(CHOICES)("$name", async ({ options, flags = [], store, codes = [], isPersistent }) => {
    const machine = new TestMachine({
      ...options,
      tree: { "home/.claude/.credentials.json": file(login("home")), ...options.tree },
    });
    const absolute = flags.map((flag) => (flag.includes("/") ? machine.path(flag) : flag));
    const { report, code } = await machine.start("--strict", ...absolute);
    expect(report.findings.map((finding) => finding.code)).toEqual(codes);
    expect(report.store).toEqual(store === null ? null : { root: machine.path(store[0]), kind: store[1] });
    const persistent = store !== null && isPersistent !== false;
    expect(report.outcome).toBe(persistent ? "persistent" : "not-persistent");
    expect(code).toBe(persistent && codes.length === 0 ? 0 : 1);
    const at = store === null ? "home/.claude" : `${store[0].replace(VOLUME, "volume")}/.claude-credentials`;
    expect(machine.read(`${at}/.credentials.json`)).toBe(login("home"));
    expect((await machine.start(...absolute)).mutations).toEqual([]);
  });

  test("a workspace folder that is named and missing is said", async () => {
    const machine = new TestMachine();
    const run = await machine.startWith("--workspace", `${machine.root}/nowhere`, "--strict");
    expect(run.code).toBe(1);
    expect(run.err).toContain(`${machine.root}/nowhere`);
    expect(run.err).toContain("STORE_NOT_PERSISTENT");
  });

  test("with no workspace folder and no volume the login works in the container", async () => {
    const machine = new TestMachine({ tree: { "home/.claude/.credentials.json": file(login("home")) } });
    const run = await machine.startWith("--strict");
    expect(run.code).toBe(1);
    expect(run.out).toBe("claude-credentials: the login works in this container and is gone with it\n");
    expect(run.mutations).toEqual([]);
  });
});

describe("nothing is usable", () => {
  const BUILD = "home/.local/share/claude-credentials/.claude-credentials";
  const unusable: MachineOptions = { options: { store: "git" } };

  test("a container as it comes from the image is left as it is", async () => {
    const machine = new TestMachine({ ...unusable, tree: { [BUILD]: directory(0o700) } });
    machine.relink("home/.claude", machine.path(BUILD));
    machine.relink("home/.claude.json", `${machine.path(BUILD)}/.claude.json`);
    const { report, mutations } = await machine.start();
    expect(report).toMatchObject({ outcome: "not-persistent", store: null });
    expect(mutations).toEqual([]);
  });

  test("a link that dangles is pointed at the image's own directory, so that a login through it is kept", async () => {
    const machine = new TestMachine({
      ...unusable,
      tree: { "home/.claude": symlink("/gone/x"), "home/.claude.json": symlink("/gone/y") },
    });
    await machine.start();
    expect(machine.linkText("home/.claude")).toBe(machine.path(BUILD));
    expect(machine.linkText("home/.claude.json")).toBe(`${machine.path(BUILD)}/.claude.json`);
    expect(machine.snapshot(BUILD)).toEqual({});
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("a link of somebody else's that leads somewhere stays, whatever the other does", async () => {
    const machine = new TestMachine({
      ...unusable,
      tree: { "elsewhere/dotfiles": directory(), "home/.claude.json": symlink("/gone/y") },
    });
    machine.relink("home/.claude", machine.path("elsewhere/dotfiles"));
    await machine.start();
    expect(machine.linkText("home/.claude")).toBe(machine.path("elsewhere/dotfiles"));
    expect(machine.linkText("home/.claude.json")).toBe(`${machine.path(BUILD)}/.claude.json`);
  });

  test("a link into a store that must not be used leads there no more", async () => {
    const machine = new TestMachine({
      repository: true,
      options: { store: "git" },
      tree: { [`${GIT_STORE}/format`]: file("1\n"), [`${GIT_STORE}/${LOGIN}`]: file(login("other")) },
    });
    machine.own(`${GIT_STORE}/format`, { uid: 1234, gid: 1234 });
    machine.relink("home/.claude", machine.path(`${GIT_STORE}/.claude-credentials`));
    const { report } = await machine.start();
    expect(report.findings.map(({ code }) => code)).toEqual(["STORE_WRONG_OWNER"]);
    expect(machine.linkText("home/.claude")).toBe(machine.path(BUILD));
    expect(machine.read(`${GIT_STORE}/${LOGIN}`)).toBe(login("other"));
    expect(machine.exists(`${BUILD}/.credentials.json`)).toBe(false);
  });
});

/** One level of a store's path that is not the real directory it must be. */
const LEVELS: readonly (readonly [name: string, store: string, tree: Tree])[] = [
  ["the secrets folder", "workspace", { [SECRETS]: symlink("../elsewhere") }],
  [
    "the configuration directory in the secrets folder",
    "workspace",
    { [`${SECRETS}/.claude-credentials`]: symlink("../../elsewhere") },
  ],
  ["the git store's root", "git", { [GIT_STORE]: symlink("../../elsewhere") }],
  [
    "the configuration directory in the git store",
    "git",
    { [`${GIT_STORE}/.claude-credentials`]: symlink("../../../elsewhere") },
  ],
  ["the configuration directory, a file", "git", { [`${GIT_STORE}/.claude-credentials`]: file("x") }],
];

describe("a store is not safe", () => {
  test.each(LEVELS)("where a level is a symlink or no directory: %s", async (_, store, tree) => {
    const machine = new TestMachine({
      repository: true,
      options: { store },
      tree: {
        ...tree,
        "elsewhere/.credentials.json": file(login("planted", 99)),
        "elsewhere/settings.json": file('{"apiKeyHelper":"/evil"}'),
        "home/.claude/.credentials.json": file(login("home")),
      },
    });
    const [work, elsewhere] = [machine.snapshot("work"), machine.snapshot("elsewhere")];
    const { report } = await machine.start("--adopt");
    expect(report.outcome).toBe("not-persistent");
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({ code: "STORE_UNSAFE", severity: "error" });
    expect(report.findings[0]?.path).toBe(machine.path(Object.keys(tree)[0] ?? ""));
    expect(machine.snapshot("work")).toEqual(work);
    expect(machine.snapshot("elsewhere")).toEqual(elsewhere);
    expect(machine.read("home/.claude/.credentials.json")).toBe(login("home"));
  });

  test.each([".claude-credentials", ".claude-credentials/.credentials.json", "backups", "format", ""])(
    "F02: where an entry of ours belongs to somebody else: '%s'",
    async (entry) => {
      const machine = new TestMachine({
        repository: true,
        options: { store: "git" },
        tree: {
          [`${GIT_STORE}/${LOGIN}`]: file(login("planted", 99)),
          [`${GIT_STORE}/backups`]: directory(0o700),
          [`${GIT_STORE}/format`]: file("1\n0 0\n"),
          "home/.claude/.credentials.json": file(login("home")),
        },
      });
      machine.own(`${GIT_STORE}/${entry}`.replace(/\/$/, ""), { uid: 1234, gid: 1234 });
      const before = machine.snapshot();
      const { report, code } = await machine.start("--strict");
      expect(code).toBe(1);
      expect(report.findings.map((finding) => finding.code)).toEqual(["STORE_WRONG_OWNER"]);
      expect(report.findings[0]?.hint).toBe(
        `sudo chown -hR 1000:1000 ${machine.path(GIT_STORE)}   then: claude-credentials start --workspace ${machine.work}\nclaude-credentials explain STORE_WRONG_OWNER`,
      );
      expect(machine.snapshot()).toEqual(before);
    },
  );

  test("where others' entries in the secrets folder belong to somebody else, that is theirs", async () => {
    const machine = new TestMachine({ tree: { [`${SECRETS}/other.env`]: file("X=1", 0o644) } });
    machine.own(`${SECRETS}/other.env`, { uid: 1234, gid: 1234 });
    const { report } = await machine.start();
    expect(report).toMatchObject({ outcome: "persistent", findings: [] });
    expect(machine.snapshot(SECRETS)["other.env"]).toBe("file 0644 X=1");
    expect(machine.mode(SECRETS)).toBe("0755");
  });

  test("a store that another uid closed is said to be his", async () => {
    const machine = new TestMachine({ volume: true, tree: { volume: directory(0o700) } });
    machine.own("volume", { uid: 999, gid: 999 });
    const { report } = await machine.start();
    expect(report.findings[0]).toMatchObject({ code: "STORE_WRONG_OWNER", path: VOLUME });
    expect(report.store).toEqual({ root: machine.path(SECRETS), kind: "workspace" });
  });

  test("a state file in a store that is not safe is not merged either", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        [`${GIT_STORE}/format`]: file("1\n"),
        [`${GIT_STORE}/.claude-credentials/.claude.json`]: file(state("planted@evil")),
        [SECRETS]: directory(),
      },
    });
    machine.own(`${GIT_STORE}/format`, { uid: 1234, gid: 1234 });
    machine.relink("home/.claude", machine.path(`${GIT_STORE}/.claude-credentials`));
    machine.relink("home/.claude.json", machine.path(`${GIT_STORE}/.claude-credentials/.claude.json`));
    await machine.start();
    expect(machine.linkText("home/.claude.json")).toBe(
      machine.path(`${SECRETS}/.claude-credentials/.claude.json`),
    );
    expect(machine.exists(`${SECRETS}/.claude-credentials/.claude.json`)).toBe(false);
  });
});

describe("modes", () => {
  test("of our entries are mended, said; of others' not", async () => {
    const machine = new TestMachine({
      tree: {
        [SECRETS]: directory(0o775),
        [`${SECRETS}/other`]: file("x", 0o666),
        [`${SECRETS}/.claude-credentials`]: directory(0o755),
        [`${SECRETS}/${LOGIN}`]: file(login("a"), 0o644),
        [`${SECRETS}/.claude-credentials/.claude.json`]: file(state("a@acme"), 0o640),
        [`${SECRETS}/.claude-credentials/settings.json`]: file("{}", 0o644),
        [`${SECRETS}/env-vars`]: directory(0o755),
        [`${SECRETS}/env-vars/.claude-code-env`]: file("", 0o644),
        [`${SECRETS}/backups`]: directory(0o755),
      },
    });
    const { report } = await machine.start();
    expect(report.findings).toEqual([]);
    const after = machine.snapshot(SECRETS);
    expect(machine.mode(SECRETS)).toBe("0775");
    expect(after["other"]).toBe("file 0666 x");
    expect(after[".claude-credentials"]).toBe("directory 0700");
    expect(after[LOGIN]).toMatch(/^file 0600 /);
    expect(after[".claude-credentials/.claude.json"]).toMatch(/^file 0600 /);
    expect(after[".claude-credentials/settings.json"]).toMatch(/^file 0644 /);
    expect(after["env-vars"]).toBe("directory 0700");
    expect(after["env-vars/.claude-code-env"]).toMatch(/^file 0600 /);
    expect(after["backups"]).toBe("directory 0700");
    const mended = report.actions.filter(({ kind }) => kind === "set-mode");
    expect(mended).toHaveLength(6);
    expect(mended.every(({ result }) => result === "updated")).toBe(true);
    expect((await machine.start()).mutations).toEqual([]);
  });
});

describe("a place that the user may not write to", () => {
  const foreign = (options: MachineOptions): TestMachine => {
    const machine = new TestMachine(options);
    machine.own("work", ROOT);
    return machine;
  };

  test("without sudo: the commands that help, quoted, and a home that works", async () => {
    const machine = foreign({ tree: { "home/.claude/.credentials.json": file(login("home")) } });
    const { report, mutations } = await machine.start();
    expect(report.outcome).toBe("not-persistent");
    expect(report.findings).toEqual([
      {
        code: "STORE_NOT_WRITABLE",
        severity: "error",
        message: `you may not write to ${machine.work}, so the login cannot be kept there`,
        hint: `sudo mkdir -m 700 ${machine.path(SECRETS)} && sudo chown 1000:1000 ${machine.path(SECRETS)}   then: claude-credentials start --workspace ${machine.work}\nclaude-credentials explain STORE_NOT_WRITABLE`,
        path: machine.work,
      },
    ]);
    expect(mutations).toEqual([]);
  });

  test("with sudo: one directory is made with it", async () => {
    const machine = foreign({ sudo: true });
    const { report } = await machine.start("--dry-run");
    expect(report.actions[0]).toEqual({
      kind: "make-directory",
      path: machine.path(SECRETS),
      result: "skipped",
      reason: "would make the directory with sudo (there is no git directory to use)",
    });
  });

  test("with a sudo that fails nothing else is done, and that is said", async () => {
    const machine = foreign({
      tree: { "home/.claude/.credentials.json": file(login("home")), "work/a": "" },
    });
    const failing: Action = {
      part: "store",
      kind: "make-directory",
      path: machine.path("work/a/below-a-file"),
      mode: 0o700,
      owner: null,
      making: "sudo-mkdir",
      user: VSCODE,
      reason: "the store",
    };
    const next: Action = { part: "config", kind: "keep", path: machine.home, reason: "" };
    const { outcomes, findings } = await apply([failing, next], machine.workplace());
    expect(outcomes.map(({ result }) => result)).toEqual(["failed", "skipped"]);
    expect(findings[0]).toMatchObject({ code: "MOVE_INCOMPLETE", severity: "error" });
    expect(findings[0]?.message).toContain("sudo");
  });

  test("a fresh volume of root's is taken over with sudo", async () => {
    const fresh = new TestMachine({ volume: true, sudo: true });
    fresh.own("volume", ROOT);
    const { report } = await fresh.start("--dry-run");
    expect(report.store).toEqual({ root: VOLUME, kind: "mount" });
    expect(report.actions[0]?.reason).toContain("take the directory over with sudo");
  });

  describe("C04: a volume of an earlier user id", () => {
    const EARLIER = { uid: 1234, gid: 1234 };
    const credential = "volume/.claude-credentials/.credentials.json";
    const shared = { variant: "shared" } as const;
    const all = ["volume", "volume/.claude-credentials", credential];
    const config = all.slice(0, 2);

    async function dryRun(
      options: MachineOptions["options"],
      theirs: readonly string[],
      { hasLogin = true, owner = EARLIER } = {},
    ): Promise<{ readonly codes: readonly string[]; readonly told: string }> {
      const tree = hasLogin
        ? { [credential]: file(login("other")) }
        : { "volume/.claude-credentials": directory() };
      const used = new TestMachine({ volume: true, sudo: true, options: options ?? {}, tree });
      for (const path of theirs) used.own(path, owner);
      const { report } = await used.start("--dry-run");
      const told = report.actions.map(({ reason }) => reason).join("\n");
      return { codes: report.findings.map(({ code, message }) => `${code} ${message}`), told };
    }

    test("is taken over where it is one project's", async () => {
      const { codes, told } = await dryRun({}, all);
      expect(codes).toEqual([]);
      expect(told).toContain("take all of it over with sudo");
    });

    test.each([
      ["the variant says so", shared] as const,
      ["the option says so", { perContainer: true }] as const,
    ])("is left to who shares it where a login is in it and %s", async (_, options) => {
      const { codes, told } = await dryRun(options, all);
      expect(codes[0]).toMatch(
        /^STORE_WRONG_OWNER .*; who takes it ends the login of containers that use it$/,
      );
      expect(told).not.toContain("sudo");
    });

    test("is taken over where several may share it, and no login is in it", async () => {
      const { codes, told } = await dryRun(shared, config, { hasLogin: false });
      expect(codes).toEqual([]);
      expect(told).toContain("take all of it over with sudo");
    });

    test.each([{}, shared])("is mended where root left something in it: %j", async (options) => {
      const { codes, told } = await dryRun(options, [credential], { owner: ROOT });
      expect(codes).toEqual([]);
      expect(told).toContain("take all of it over with sudo");
    });

    test("is refused where an entry is neither root's nor its owner's", async () => {
      const { codes, told } = await dryRun({}, [credential]);
      expect(codes[0]).toContain("STORE_WRONG_OWNER");
      expect(told).not.toContain("sudo");
    });
  });

  test("a workspace that cannot even be entered is no defect of ours", async () => {
    const machine = new TestMachine({ tree: { work: directory(0o700) }, repository: true });
    machine.own("work", { uid: 1234, gid: 1234 });
    const { report, err } = await machine.start();
    expect(err).not.toContain("defect");
    expect(report).toMatchObject({ outcome: "not-persistent", store: null });
    expect(report.findings[0]).toMatchObject({ code: "STORE_NOT_WRITABLE", severity: "error" });
  });
});

describe("root in a workspace of somebody else's", () => {
  const HOST = { uid: 1234, gid: 1235 };

  test.each([
    ["git", GIT_STORE, true],
    ["workspace", SECRETS, true],
    ["workspace", SECRETS, false],
    ["a path below it", "work/.private/store", true],
  ] as const)("what it makes belongs to that owner: %s", async (store, root, hasRepository) => {
    const machine = new TestMachine({
      user: ROOT,
      repository: hasRepository,
      tree: {
        "home/.claude/.credentials.json": file(login("home")),
        "home/.claude/agents/a.md": file("agent"),
        "home/.claude/settings.json": file("{}"),
        "home/.claude.json": file(state("home@acme")),
        [`${root}/.claude-credentials/settings.json`]: file('{"model":"x"}'),
      },
    });
    for (const path of Object.keys(machine.snapshot("work"))) machine.own(`work/${path}`, HOST);
    machine.own("work", HOST);
    const { report } = await machine.start("--store", store.startsWith("a") ? machine.path(root) : store);
    expect(report.outcome).toBe("persistent");
    const inWorkTree = store.startsWith("a") ? ["STORE_IN_WORK_TREE"] : [];
    expect(report.findings.map(({ code }) => code)).toEqual(inWorkTree);
    const made = Object.keys(machine.snapshot("work")).filter((path) => !path.endsWith("incoming"));
    expect(made.filter((path) => machine.ownerOf(`work/${path}`).uid !== HOST.uid)).toEqual([]);
    expect(made.filter((path) => machine.ownerOf(`work/${path}`).gid !== HOST.gid)).toEqual([]);
    expect(machine.ownerOf("home/.claude")).toEqual(ROOT);
    expect(
      (await machine.start("--store", store.startsWith("a") ? machine.path(root) : store)).mutations,
    ).toEqual([]);
  });

  test("a store of a third owner's is not used", async () => {
    const machine = new TestMachine({
      user: ROOT,
      repository: true,
      options: { store: "git" },
      tree: { [`${GIT_STORE}/${LOGIN}`]: file(login("x")) },
    });
    machine.own("work", HOST);
    machine.own("work/.git", HOST);
    machine.own(GIT_STORE, { uid: 4321, gid: 4321 });
    expect((await machine.start()).report.findings[0]?.code).toBe("STORE_WRONG_OWNER");
  });
});
