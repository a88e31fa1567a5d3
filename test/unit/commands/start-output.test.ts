import { describe, expect, test } from "vitest";
import { BLANK, login, state } from "../../support/login.ts";
import { STAMPED, TestMachine } from "../../support/machine.ts";
import { directory, fifo, file, symlink } from "../../support/tree.ts";

/** The text of a `start`, as the hook prints it, with the machine's own paths shortened. */
async function text(machine: TestMachine, ...flags: string[]): Promise<string> {
  const { out, err } = await machine.startWith("--workspace", machine.work, ...flags);
  return `${out}${err}`.replaceAll(machine.root, "");
}

describe("the text of start", () => {
  test("first run: what changed, one line a path", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        "home/.claude/.credentials.json": file(login("a")),
        "home/.claude/settings.json": file("{}"),
        "home/.claude.json": file(state("a@b")),
      },
    });
    expect(await text(machine, "--dry-run")).toMatchInlineSnapshot(`
      "claude-credentials: dry run: this would be done
        /work/.git/claude-credentials: would make the directory (nothing that git does reaches it)
        /work/.git/claude-credentials/.claude-credentials: would make the directory (the login's place in the store)
        /work/.git/claude-credentials/format: would write down the store's format (a new store)
        ~/.claude: would merge into the store (what lies in it belongs into the store); would link to /work/.git/claude-credentials/.claude-credentials (linked to the store)
        ~/.claude.json: would merge into the store's state file (what it says of the login belongs into the store); would link to /work/.git/claude-credentials/.claude-credentials/.claude.json (linked to the store)
      "
    `);
    expect(await text(machine)).toMatchInlineSnapshot(`
      "claude-credentials: login kept in /work/.git/claude-credentials; it outlives rebuilds
        ~/.claude: 1 file added, the login taken over; linked to the store
        ~/.claude.json: moved into the store; linked to the store
      "
    `);
    expect(await text(machine)).toBe(
      "claude-credentials: unchanged, login kept in /work/.git/claude-credentials\n",
    );
    expect(await text(machine, "--dry-run")).toBe("claude-credentials: dry run: nothing to do\n");
  });

  test("nobody logged in yet", async () => {
    expect(await text(new TestMachine())).toMatchInlineSnapshot(`
      "claude-credentials: login kept in /work/.devcontainer.secrets; it outlives rebuilds
        /work/.devcontainer.secrets/.gitignore: git must not take the login
        ~/.claude: linked to the store
        ~/.claude.json: linked to the store
        nobody is logged in yet: run claude, log in once, and it stays
      "
    `);
  });

  test("findings, on standard error", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        "home/.claude/.credentials.json": file(BLANK),
        "home/.claude/pipe\n\u001b[2J": fifo(),
        "home/.claude.json": file("{"),
      },
    });
    const { out, err } = await machine.startWith("--workspace", machine.work);
    expect(out).not.toContain("CREDENTIAL_BLANK");
    expect(err.replaceAll(machine.root, "")).toMatchInlineSnapshot(`
      "claude-credentials: warning FILE_SKIPPED: pipe\\x0a\\x1b[2J: cannot be kept in the store
        they lie in /home/.claude.aside-21000101T000000000Z; remove it when nothing in it is needed
        more: claude-credentials explain FILE_SKIPPED
      claude-credentials: warning STATE_MALFORMED: /home/.claude.json was no JSON object (empty or cut off): kept in the backups, the store's stays
        nothing to do; should something be missing, what it held is in /work/.git/claude-credentials/backups
        more: claude-credentials explain STATE_MALFORMED
      claude-credentials: warning CREDENTIAL_BLANK: the server refused this login, and Claude Code wrote that down (a credential without tokens)
        log in again: claude auth login
        more: claude-credentials explain CREDENTIAL_BLANK
      "
    `);
  });

  test("a link of somebody else's", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { elsewhere: directory(), "home/.claude": symlink("../elsewhere") },
    });
    expect(await text(machine)).toMatchInlineSnapshot(`
      "claude-credentials: ~/.claude is left alone, and a login in it is not in the store
        ~/.claude.json: linked to the store
      claude-credentials: error LINK_FOREIGN: /home/.claude is a link to ../elsewhere, which is not ours: left alone
        if the login is to be kept with the others: claude-credentials start --adopt (copies what lies there, then links to the store)
        more: claude-credentials explain LINK_FOREIGN
      "
    `);
  });

  test("no place to keep it", async () => {
    expect(await text(new TestMachine({ options: { store: "git" } }))).toMatchInlineSnapshot(`
      "claude-credentials: the login works in this container and is gone with it
      claude-credentials: warning STORE_NOT_PERSISTENT: the option 'store' says git, and the workspace folder lies in no git directory of yours
        run git init there, or choose another place with the option 'store'
        more: claude-credentials explain STORE_NOT_PERSISTENT
      "
    `);
  });
});

describe("the JSON of start", () => {
  test("has these fields and no others, on standard output alone", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { "home/.claude": file("x"), "home/.claude.json": symlink("/gone") },
    });
    const { report, err } = await machine.start();
    expect(err).toBe("");
    const { work, home } = machine;
    const root = `${work}/.git/claude-credentials`;
    expect(report).toEqual({
      version: 1,
      outcome: "persistent",
      store: { root, kind: "git" },
      actions: [
        { kind: "make-directory", path: root, result: "created", reason: "nothing that git does reaches it" },
        {
          kind: "make-directory",
          path: `${root}/.claude-credentials`,
          result: "created",
          reason: "the login's place in the store",
        },
        { kind: "write-format", path: `${root}/format`, result: "created", reason: "a new store" },
        {
          kind: "move-aside",
          path: `${home}/.claude`,
          result: "updated",
          reason: "it is a file, not a directory",
        },
        { kind: "link", path: `${home}/.claude`, result: "created", reason: "linked to the store" },
        {
          kind: "link",
          path: `${home}/.claude.json`,
          result: "updated",
          reason: "linked to the store (it led to /gone, where nothing is)",
        },
        {
          kind: "prune-backups",
          path: `${root}/backups`,
          result: "unchanged",
          reason: "the last ten are kept",
        },
      ],
      findings: [],
    });
    expect(machine.exists(`home/.claude.aside-${STAMPED}`)).toBe(true);
  });

  test("of a finding has code, severity, message, hint and path", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { elsewhere: directory(), "home/.claude": symlink("../elsewhere") },
    });
    const [found] = (await machine.start()).report.findings;
    expect(found).toEqual({
      code: "LINK_FOREIGN",
      severity: "error",
      message: `${machine.home}/.claude is a link to ../elsewhere, which is not ours: left alone`,
      hint: "if the login is to be kept with the others: claude-credentials start --adopt (copies what lies there, then links to the store)\nclaude-credentials explain LINK_FOREIGN",
      path: `${machine.home}/.claude`,
    });
  });

  test("never holds a token", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        "home/.claude/.credentials.json": file(login("canary-in-home")),
        "work/.git/claude-credentials/.claude-credentials/.credentials.json": file(
          login("canary-in-store", 1),
        ),
        "home/.claude.json": file(`{"canary-in-state`),
      },
    });
    const run = await machine.start("--verbose");
    expect(run.out + run.err).not.toContain("canary");
  });
});
