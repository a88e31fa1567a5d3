import { describe, expect, test } from "vitest";
import { login, state } from "../../support/login.ts";
import { STAMPED, TestMachine } from "../../support/machine.ts";
import { directory, fifo, file, symlink, type Tree } from "../../support/tree.ts";
import { GIT, PLACES, type Place } from "./places.ts";

interface Row {
  readonly name: string;
  /** Below `store` lies the store, whatever its kind. */
  readonly tree: Tree;
  readonly links?: (machine: TestMachine, place: Place) => Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** The store's state file afterwards; null: none, an object: that as JSON. */
  readonly live: string | Record<string, unknown> | null;
  /** What the backups hold, by the end of its path. */
  readonly backups?: Readonly<Record<string, string>>;
  readonly codes?: readonly string[];
  readonly isLeftAlone?: true;
  readonly also?: (machine: TestMachine) => void;
}

const CONFIG = "store/.claude-credentials";
const LIVE = `${CONFIG}/.claude.json`;
const BUILD = "home/.local/share/claude-credentials/.claude-credentials";
const FACTS = {
  hasCompletedOnboarding: true,
  lastOnboardingVersion: "2.1.330",
  theme: "dark",
  oauthAccount: { emailAddress: "home@acme", organizationName: "Acme" },
};
const MALFORMED = '{"oauthAccount":';

const ROWS: readonly Row[] = [
  { name: "absent", tree: {}, live: null },
  {
    name: "a symlink to the right place",
    tree: { [LIVE]: file(state("store@acme")) },
    links: (machine, place) => ({
      "home/.claude.json": `${place.root(machine)}/.claude-credentials/.claude.json`,
    }),
    live: state("store@acme"),
  },
  {
    name: "a symlink to the right place, where no file is yet",
    tree: {},
    links: (machine, place) => ({
      "home/.claude.json": `${place.root(machine)}/.claude-credentials/.claude.json`,
    }),
    live: null,
  },
  {
    name: "a symlink to the build-time directory, which holds one",
    tree: { [`${BUILD}/.claude.json`]: file(state("home@acme")) },
    links: ({ root }) => ({ "home/.claude.json": `${root}/${BUILD}/.claude.json` }),
    live: state("home@acme"),
  },
  { name: "a symlink that dangles", tree: { "home/.claude.json": symlink("/nonexistent/x") }, live: null },
  { name: "a symlink that loops", tree: { "home/.claude.json": symlink(".claude.json") }, live: null },
  {
    name: "a symlink into ~/.claude, a directory",
    tree: {
      "home/.claude/.claude.json": file(state("home@acme")),
      "home/.claude.json": symlink(".claude/.claude.json"),
    },
    live: state("home@acme"),
  },
  {
    name: "a symlink elsewhere, to something that exists",
    tree: { "elsewhere/state": file(state("home@acme")) },
    links: ({ root }) => ({ "home/.claude.json": `${root}/elsewhere/state` }),
    live: null,
    codes: ["LINK_FOREIGN"],
    isLeftAlone: true,
  },
  {
    name: "a symlink elsewhere, to something that exists, with --adopt",
    tree: { "elsewhere/state": file(state("home@acme")) },
    links: ({ root }) => ({ "home/.claude.json": `${root}/elsewhere/state` }),
    flags: ["--adopt"],
    live: state("home@acme"),
    also: (machine) => {
      expect(machine.read("elsewhere/state")).toBe(state("home@acme"));
    },
  },
  {
    name: "a FIFO",
    tree: { "home/.claude.json": fifo() },
    live: null,
    also: (machine) => {
      expect(machine.snapshot("home")[`.claude.json.aside-${STAMPED}`]).toBe("fifo");
    },
  },
  {
    name: "a directory, as Docker makes one for a missing bind source",
    tree: { "home/.claude.json": directory() },
    live: null,
    also: (machine) => {
      expect(machine.snapshot("home")[`.claude.json.aside-${STAMPED}`]).toBe("directory 0755");
    },
  },
  {
    name: "a valid file, the store having none",
    tree: { "home/.claude.json": file(state("home@acme"), 0o644) },
    live: state("home@acme"),
  },
  {
    name: "a valid file, the same as the store's",
    tree: { "home/.claude.json": file(state("a@acme")), [LIVE]: file(state("a@acme")) },
    live: state("a@acme"),
  },
  {
    name: "a valid file, the store's having all login facts",
    tree: { "home/.claude.json": file(state("home@acme")), [LIVE]: file(state("store@acme")) },
    live: state("store@acme"),
    backups: { "-state/.claude.json": state("home@acme") },
  },
  {
    name: "a valid file, the store's lacking login facts",
    tree: {
      "home/.claude.json": file(state("home@acme")),
      [LIVE]: file('{"hasCompletedOnboarding":false,"theme":"light","numStartups":3}'),
    },
    live: { ...FACTS, theme: "light", numStartups: 3 },
    backups: { "-state/.claude.json": state("home@acme") },
  },
  {
    name: "a file with a byte order mark",
    tree: { "home/.claude.json": file(`\uFEFF${state("home@acme")}`) },
    live: `\uFEFF${state("home@acme")}`,
  },
  {
    name: "a malformed file, the store having none and no backup",
    tree: { "home/.claude.json": file(MALFORMED) },
    live: null,
    backups: { "-state/.claude.json": MALFORMED },
    codes: ["STATE_MALFORMED"],
  },
  {
    name: "a malformed file, the client having a backup of it",
    tree: {
      "home/.claude.json": file(MALFORMED),
      "home/.claude/backups/.claude.json.backup.1790000000000": file(state("old@acme")),
      "home/.claude/backups/.claude.json.backup.1800000000000": file(state("new@acme")),
      "home/.claude/backups/.claude.json.corrupted.1900000000000": file(MALFORMED),
    },
    live: JSON.parse(state("new@acme")) as Record<string, unknown>,
    backups: { "-state/.claude.json": MALFORMED },
    codes: ["STATE_MALFORMED"],
  },
  {
    name: "a malformed file, the store's being valid",
    tree: { "home/.claude.json": file(MALFORMED), [LIVE]: file(state("store@acme")) },
    live: state("store@acme"),
    backups: { "-state/.claude.json": MALFORMED },
    codes: ["STATE_MALFORMED"],
  },
  {
    name: "an empty file, the store's being valid",
    tree: { "home/.claude.json": file(""), [LIVE]: file(state("store@acme")) },
    live: state("store@acme"),
  },
  {
    name: "absent, the store's own being malformed, without a backup",
    tree: { [LIVE]: file(MALFORMED) },
    live: {},
    backups: { "-malformed/.claude.json": MALFORMED },
    codes: ["STATE_MALFORMED"],
  },
  {
    name: "a valid file, the store's own being malformed, without a backup",
    tree: { [LIVE]: file("[1]"), "home/.claude.json": file(state("home@acme")) },
    live: { ...FACTS },
    backups: { "-malformed/.claude.json": "[1]", "-state/.claude.json": state("home@acme") },
    codes: ["STATE_MALFORMED"],
  },
  {
    name: "absent, the store's own being malformed, with one of the client's backups",
    tree: {
      [LIVE]: file(MALFORMED),
      [`${CONFIG}/backups/.claude.json.backup.1790000000000`]: file(state("old@acme")),
      [`${CONFIG}/backups/.claude.json.backup.1800000000000`]: file(state("new@acme")),
      [`${CONFIG}/backups/.claude.json.backup.1810000000000`]: file("{}"),
    },
    live: JSON.parse(state("new@acme")) as Record<string, unknown>,
    backups: { "-malformed/.claude.json": MALFORMED },
    codes: ["STATE_MALFORMED"],
  },
  {
    name: "absent, the store's own being empty, with a backup of ours",
    tree: {
      [LIVE]: file(""),
      "store/backups/20270101T000000000Z-state/.claude.json": file(state("kept@acme")),
    },
    live: JSON.parse(state("kept@acme")) as Record<string, unknown>,
    codes: ["STATE_MALFORMED"],
  },
];

/** `store/…` of a row, put where the store lies. */
function at(place: Place, tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([path, entry]) => [path.replace(/^store(?=\/)/, place.at), entry]),
  );
}

describe.each(PLACES)("~/.claude.json, with $name", (place) => {
  test.each(ROWS)("$name", async (row) => {
    const machine = new TestMachine({ ...place.options, tree: at(place, row.tree) });
    for (const [path, text] of Object.entries(row.links?.(machine, place) ?? {})) machine.relink(path, text);
    const before = machine.snapshot();

    const dry = await machine.start("--dry-run", ...(row.flags ?? []));
    expect(dry.mutations).toEqual([]);
    expect(machine.snapshot()).toEqual(before);

    const first = await machine.start("--strict", ...(row.flags ?? []));
    expect(first.report.findings.map(({ code }) => code)).toEqual(row.codes ?? []);
    expect(first.report.outcome).toBe("persistent");
    expect(first.code).toBe(row.isLeftAlone === true ? 1 : 0);

    const live = `${place.at}/.claude-credentials/.claude.json`;
    const target = `${place.root(machine)}/.claude-credentials/.claude.json`;
    expect(machine.linkText("home/.claude.json")).toBe(
      row.isLeftAlone === true ? before["home/.claude.json"]?.replace("symlink ", "") : target,
    );
    if (row.live === null) expect(machine.exists(live)).toBe(false);
    else {
      expect(machine.mode(live)).toBe("0600");
      if (typeof row.live === "string") expect(machine.read(live)).toBe(row.live);
      else expect(JSON.parse(machine.read(live))).toEqual(row.live);
    }
    const made = Object.entries(machine.snapshot(`${place.at}/backups`))
      .filter(([path, entry]) => entry.startsWith("file") && path.startsWith("21"))
      .map(([path, entry]) => [path.replace(STAMPED, ""), entry.replace("file 0600 ", "")] as const);
    expect(Object.fromEntries(made)).toEqual(row.backups ?? {});
    row.also?.(machine);

    const settled = machine.snapshot();
    const second = await machine.start("--strict", ...(row.flags ?? []));
    expect(second.mutations).toEqual([]);
    expect(machine.snapshot()).toEqual(settled);
  });
});

describe("~/.claude.json that is a mount", () => {
  test("is left alone, said", async () => {
    const machine = new TestMachine({
      ...GIT.options,
      tree: {
        "home/.claude.json": file(state("mounted@acme")),
        "home/.claude/.credentials.json": file(login("a")),
      },
      mounts: [["home/.claude.json", "ext4"]],
    });
    const { report, code } = await machine.start("--strict");
    expect(code).toBe(0);
    expect(report.actions).toContainEqual({
      kind: "keep",
      path: `${machine.home}/.claude.json`,
      result: "unchanged",
      reason: "it is a mount: persisted already, left alone",
    });
    expect(machine.read("home/.claude.json")).toBe(state("mounted@acme"));
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("through our link: the file that it lands on is left alone", async () => {
    const machine = new TestMachine({
      ...GIT.options,
      tree: { [`${BUILD}/.claude.json`]: file(state("mounted@acme")) },
      mounts: [[`${BUILD}/.claude.json`, "ext4"]],
    });
    machine.relink("home/.claude.json", `${machine.root}/${BUILD}/.claude.json`);
    await machine.start();
    expect(machine.linkText("home/.claude.json")).toBe(`${machine.root}/${BUILD}/.claude.json`);
    expect(machine.read(`${BUILD}/.claude.json`)).toBe(state("mounted@acme"));
  });
});
