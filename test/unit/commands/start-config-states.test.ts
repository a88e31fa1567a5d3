import { describe, expect, test } from "vitest";
import { login } from "../../support/login.ts";
import { STAMPED, TestMachine } from "../../support/machine.ts";
import { directory, fifo, file, snapshot, symlink, type Tree } from "../../support/tree.ts";
import { PLACES, type Place } from "./places.ts";

interface Row {
  readonly name: string;
  readonly tree: Tree;
  /** Links whose text needs the machine's paths. */
  readonly links?: (machine: TestMachine, place: Place) => Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** What must be in the store's configuration directory afterwards; null: the link is left alone. */
  readonly inStore: Readonly<Record<string, string>> | null;
  readonly codes?: readonly string[];
  readonly strict?: 0 | 1;
  readonly also?: (machine: TestMachine) => void;
}

const BUILD = "home/.local/share/claude-credentials/.claude-credentials";
const FILES: Tree = {
  ".credentials.json": file(login("home")),
  "settings.json": file('{"model":"opus"}', 0o644),
  "agents/a.md": file("agent", 0o640),
  "agents/link": symlink("a.md"),
  plugins: directory(0o700),
};

function below(folder: string, tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).map(([name, entry]) => [`${folder}/${name}`, entry]));
}

const HELD = {
  ".credentials.json": `file 0600 ${login("home")}`,
  "settings.json": 'file 0644 {"model":"opus"}',
  agents: "directory 0755",
  "agents/a.md": "file 0640 agent",
  "agents/link": "symlink a.md",
  plugins: "directory 0700",
};

const ROWS: readonly Row[] = [
  { name: "A01: absent", tree: {}, inStore: {} },
  {
    name: "a symlink to the right place, whose directory is missing",
    tree: {},
    links: (machine, place) => ({ "home/.claude": `${place.root(machine)}/.claude-credentials` }),
    inStore: {},
  },
  {
    name: "a symlink to the build-time directory, which is empty",
    tree: { [BUILD]: directory(0o700) },
    links: ({ root }) => ({ "home/.claude": `${root}/${BUILD}` }),
    inStore: {},
    also: ({ root }) => {
      expect(new TestPath(root, BUILD).names()).toEqual([]);
    },
  },
  {
    name: "a symlink to the build-time directory, which holds a login",
    tree: below(BUILD, FILES),
    links: ({ root }) => ({ "home/.claude": `${root}/${BUILD}` }),
    inStore: HELD,
    also: ({ root }) => {
      expect(new TestPath(root, BUILD).names()).toEqual([]);
    },
  },
  {
    name: "a symlink elsewhere, to something that exists",
    tree: below("elsewhere", FILES),
    links: ({ root }) => ({ "home/.claude": `${root}/elsewhere` }),
    inStore: null,
    codes: ["LINK_FOREIGN"],
    strict: 1,
  },
  {
    name: "a symlink elsewhere, to something that exists, with --adopt",
    tree: below("elsewhere", FILES),
    links: ({ root }) => ({ "home/.claude": `${root}/elsewhere` }),
    flags: ["--adopt"],
    inStore: HELD,
    also: (machine) => {
      expect(machine.snapshot("elsewhere")).toEqual(HELD);
    },
  },
  {
    name: "a symlink to a file elsewhere, with --adopt",
    tree: { "elsewhere/file": "text" },
    links: ({ root }) => ({ "home/.claude": `${root}/elsewhere/file` }),
    flags: ["--adopt"],
    inStore: {},
    also: (machine) => {
      expect(machine.read("elsewhere/file")).toBe("text");
    },
  },
  {
    name: "a symlink to the home itself, with --adopt",
    tree: { "home/notes.txt": "mine" },
    links: ({ home }) => ({ "home/.claude": home }),
    flags: ["--adopt"],
    inStore: null,
    codes: ["LINK_FOREIGN"],
    strict: 1,
  },
  {
    name: "a symlink that dangles",
    tree: { "home/.claude": symlink("/nonexistent/claude") },
    inStore: {},
  },
  { name: "a symlink that loops", tree: { "home/.claude": symlink(".claude") }, inStore: {} },
  { name: "a directory that is empty", tree: { "home/.claude": directory() }, inStore: {} },
  { name: "a directory that holds a login", tree: below("home/.claude", FILES), inStore: HELD },
  {
    name: "a directory with a FIFO in it",
    tree: { ...below("home/.claude", FILES), "home/.claude/pipe": fifo() },
    inStore: HELD,
    codes: ["FILE_SKIPPED"],
    also: (machine) => {
      expect(machine.snapshot(`home/.claude.aside-${STAMPED}`)).toEqual({ pipe: "fifo" });
    },
  },
  {
    name: "a file",
    tree: { "home/.claude": file("text", 0o644) },
    inStore: {},
    also: (machine) => {
      expect(machine.read(`home/.claude.aside-${STAMPED}`)).toBe("text");
    },
  },
  {
    name: "a FIFO",
    tree: { "home/.claude": fifo() },
    inStore: {},
    also: (machine) => {
      expect(machine.snapshot("home")[`.claude.aside-${STAMPED}`]).toBe("fifo");
    },
  },
];

/** A directory of a machine, looked at from outside. */
class TestPath {
  readonly #path: string;
  constructor(root: string, path: string) {
    this.#path = `${root}/${path}`;
  }
  names(): string[] {
    return Object.keys(snapshot(this.#path));
  }
}

describe.each(PLACES)("~/.claude, with $name", (place) => {
  test.each(ROWS)("$name", async (row) => {
    const machine = new TestMachine({ ...place.options, tree: row.tree });
    for (const [path, text] of Object.entries(row.links?.(machine, place) ?? {})) machine.relink(path, text);
    const before = machine.snapshot();

    const dry = await machine.start("--dry-run", ...(row.flags ?? []));
    expect(dry.mutations).toEqual([]);
    expect(machine.snapshot()).toEqual(before);

    const first = await machine.start("--strict", ...(row.flags ?? []));
    expect(first.report.findings.map(({ code }) => code)).toEqual(row.codes ?? []);
    expect(first.code).toBe(row.strict ?? 0);
    expect(first.report.store).toEqual({ root: place.root(machine), kind: place.kind });
    expect(first.report.actions.filter(({ result }) => result === "failed")).toEqual([]);

    const config = `${place.at}/.claude-credentials`;
    expect(machine.mode(config)).toBe("0700");
    if (place.kind !== "mount") expect(machine.mode(place.at)).toBe("0700");
    if (row.inStore === null) {
      expect(machine.linkText("home/.claude")).toBe(before["home/.claude"]?.replace("symlink ", ""));
      expect(machine.snapshot(config)).toEqual({});
    } else {
      expect(machine.linkText("home/.claude")).toBe(`${place.root(machine)}/.claude-credentials`);
      expect(machine.snapshot(config)).toEqual(row.inStore);
    }
    expect(machine.linkText("home/.claude.json")).toBe(
      `${place.root(machine)}/.claude-credentials/.claude.json`,
    );
    expect(machine.read(`${place.at}/format`)).toMatch(/^1\n\d+ \d+\n$/);
    row.also?.(machine);
    expect(Object.keys(machine.snapshot()).filter((path) => path.includes("incoming"))).toEqual([]);

    const settled = machine.snapshot();
    const second = await machine.start("--strict", ...(row.flags ?? []));
    expect(second.mutations).toEqual([]);
    expect(machine.snapshot()).toEqual(settled);
    expect(second.code).toBe(row.inStore === null ? 1 : 0);
    expect(second.report.actions.every(({ result }) => result === "unchanged")).toBe(true);
  });
});
