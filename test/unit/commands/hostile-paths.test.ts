import { realpathSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { login, state } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { directory, file } from "../../support/tree.ts";

const SECRETS = "work/.devcontainer.secrets";
const GIT_STORE = "work/.git/claude-credentials";
const CONFIG = ".claude-credentials";

interface Row {
  readonly path: string;
  /** The option `store`; a path below the machine's tree. */
  readonly store: string;
  /** What is chosen instead; null: nothing. */
  readonly next: string | null;
  readonly code?: string | null;
}

/** Each part of each store's path. */
const ROWS: readonly Row[] = [
  { path: SECRETS, store: "", next: GIT_STORE },
  { path: SECRETS, store: "workspace", next: null },
  { path: `${SECRETS}/${CONFIG}`, store: "", next: GIT_STORE },
  { path: `${SECRETS}/${CONFIG}`, store: "workspace", next: null },
  // A git directory that is a link is none to keep anything in.
  { path: "work/.git", store: "", next: SECRETS, code: null },
  { path: "work/.git", store: "git", next: null, code: "STORE_NOT_PERSISTENT" },
  { path: GIT_STORE, store: "", next: SECRETS },
  { path: GIT_STORE, store: "git", next: null },
  { path: `${GIT_STORE}/${CONFIG}`, store: "", next: SECRETS },
  { path: `${GIT_STORE}/${CONFIG}`, store: "git", next: null },
  { path: "work/a", store: "work/a/b", next: null },
  { path: "work/a/b", store: "work/a/b", next: null },
  { path: `work/a/b/${CONFIG}`, store: "work/a/b", next: null },
];

const TARGETS: readonly (readonly [name: string, text: (machine: TestMachine) => string])[] = [
  ["~/.ssh", ({ home }) => `${home}/.ssh`],
  ["a directory where everybody may write", ({ root }) => `${root}/elsewhere`],
  ["..", () => ".."],
];

const CASES = ROWS.flatMap((row) => TARGETS.map(([name, text]) => ({ ...row, name, text })));

/** What `start` may change: what is its own in the home, the store that it chose, and git's list of what to leave out. */
function isOurs(path: string, next: string | null): boolean {
  const homes = ["home/.claude", "home/.claude.json", "home/.cache"];
  const stores = next === null ? [] : [next, ...(next === SECRETS ? [GIT_STORE, "work/.git/info"] : [])];
  return [...homes, ...stores].some((top) => path === top || path.startsWith(`${top}/`));
}

describe("F01: a part of the store's path is a link", () => {
  test.each(CASES)("$path to $name, with option store '$store'", async ({ path, store, next, ...row }) => {
    const machine = new TestMachine({
      repository: path !== "work/.git",
      tree: {
        "home/.ssh/id_ed25519": file("a key"),
        "home/.claude/.credentials.json": file(login("home")),
        "home/.claude.json": file(state("me@acme")),
        elsewhere: directory(0o1777),
      },
    });
    machine.add({ [dirname(path)]: directory() });
    machine.relink(path, row.text(machine));
    const before = machine.snapshot();

    const { code, report } = await machine.start(
      "--store",
      store.includes("/") ? machine.path(store) : store,
    );

    expect(code).toBe(0);
    const { code: expected = "STORE_UNSAFE" } = row;
    expect(report.findings.map((told) => told.code)).toEqual(expected === null ? [] : [expected]);
    if (expected === "STORE_UNSAFE") expect(report.findings[0]?.path).toBe(machine.path(path));
    expect(report.store?.root ?? null).toBe(next === null ? null : machine.path(next));
    const after = machine.snapshot();
    const changed = Object.keys({ ...before, ...after }).filter((at) => before[at] !== after[at]);
    expect(changed.filter((at) => !isOurs(at, next))).toEqual([]);
    expect(machine.linkText(path)).toBe(row.text(machine));

    expect(machine.read("home/.claude/.credentials.json")).toBe(login("home"));
    expect(machine.read("home/.claude.json")).toContain("me@acme");
    writeFileSync(machine.path("home/.claude/history.jsonl"), "one\n");
    expect(realpathSync(machine.path("home/.claude"))).toBe(
      machine.path(next === null ? "home/.claude" : `${next}/${CONFIG}`),
    );
  });
});
