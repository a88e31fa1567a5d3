import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HELP } from "../../src/help.ts";
import { FINDING_SEVERITY } from "../../src/report/finding.ts";
import { runMain, TestMachine } from "../support/machine.ts";

const COMMANDS = ["start", "status", "explain", "notice", "env", "uninstall", "install", "init"] as const;

describe("--help", () => {
  test("of the program", async () => {
    const run = await runMain(["--help"]);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatchInlineSnapshot(`
      "claude-credentials: log in to Claude Code once, stay logged in over every rebuild

      Usage: claude-credentials COMMAND [FLAGS]

      Commands
        start      link this container's ~/.claude to the persistent store (the lifecycle hook)
        status     what state the login is in
        doctor     a table of checks, what mends each, and --fix
        explain    what a finding means, and what to do about it
        notice     in a new terminal: one line where the login needs attention; called by shells
        env        the API mode: a token for a LiteLLM proxy, an API key or a long-lived OAuth token
        login      log in with Claude Code in a clean place, and keep the login where it is wanted
        run        a command with a working copy of the login, private and gone afterwards
        refresh    have the login renewed ahead of time, once however many ask; for cron and timers
        capture    a snapshot of the login, for another place: a directory, an archive or an encrypted file
        restore    the reverse: a captured login into a store or a home
        uninstall  bring the login back into the home, and remove everything of ours
        init       on the host: add the Feature to a project's devcontainer.json
        install    at image build: called by install.sh

      Flags
        --help     this text; after a command, that command's
        --version  the version

      Exit codes: 0 done, 1 refused or failed, 2 usage; each command's --help says more.
      "
    `);
  });

  test("of env", async () => {
    expect((await runMain(["env", "--help"])).out).toMatchInlineSnapshot(`
      "claude-credentials env: the API mode, a token in the environment instead of a login

      Usage: claude-credentials env set|show|verify|test|unset [FLAGS]

      For a LiteLLM (or any other Anthropic-compatible) proxy, an API key, or a long-lived OAuth token. Set once, it
      is there after every rebuild, in every shell and editor: the variables are kept in the store
      (env-vars/.claude-code-env, 0600) and linked as ~/.claude-code-env. Shells read them by a marked section in
      their startup files, Claude Code itself by "env" in ~/.claude/settings.json.

      Commands
        set        ask for it, or take it from flags; check it, try the endpoint, write it down
        show       what is set, without secrets, and which login Claude Code uses
        verify     silent where nothing is set, one line where all is well, exit 1 where something is missing
        test       reach the endpoint with the token, by the way that Claude Code takes
        unset      take all of it away

      Flags of set; with any of them nothing is asked, and what is not given stays as it is
        --base-url URL        the proxy's address, without /v1; '' for Anthropic's own
        --kind KIND           auth-token (Bearer; LiteLLM), api-key (x-api-key), oauth-token (claude setup-token)
        --token-stdin         the token is the first line of standard input
        --header NAME         an extra header, repeatable; its value is the next line of standard input
        --set KEY=VALUE       another ANTHROPIC_*, CLAUDE_CODE_*, DISABLE_* variable, or NO_PROXY; repeatable;
                              an empty value takes it away
        --to WHERE            shell, settings or both (default)
        --insecure            http to a host that is not private
        --no-test             do not try the endpoint

      Flags of all
        --home DIR            the home directory whose login is meant (default: yours)
        --workspace DIR       the workspace folder (default: what the lifecycle hook named last)
        --store WHERE         git, workspace or an absolute path, instead of the Feature's option 'store'
        --json                one JSON object on standard output, with "version": 1
        --verbose             more on standard error, without secrets
        --help                this text
      Outcomes of set and unset: set, unset, unchanged, failed
      Outcomes of show: ok, not-configured, incomplete
      Outcomes of verify and test: ok, not-configured, incomplete, dns, refused, tls, unauthorized, not-found,
      server-error, timeout

      Exit codes: 0 done, 1 refused or failed (verify: incomplete; test: the endpoint cannot be used), 2 usage
      "
    `);
  });

  test("of start", async () => {
    expect((await runMain(["start", "--help"])).out).toMatchInlineSnapshot(`
      "claude-credentials start: link this container's ~/.claude and ~/.claude.json to the persistent store

      Usage: claude-credentials start [FLAGS]

      Run by onCreateCommand and postStartCommand, and by hand whenever you like: a run that finds all as it should
      be changes nothing. What lies in ~/.claude is merged into the store; of two logins the one that expires later
      lives on, and what loses is kept in the store's backups.

      Flags
        --devcontainer-id ID  the dev container's id, for a state file of its own (option perContainer)
        --dry-run             say what would be done, do nothing
        --strict              exit 1 when not all could be done, 2 for usage
        --adopt               take over what a foreign link leads to, or a store that git cannot be asked about
        --wait SECONDS        how long a lock of somebody else's is waited for (10; 70 to go on after a kill)
        --home DIR            the home directory whose login is meant (default: yours)
        --workspace DIR       the workspace folder (default: what the lifecycle hook named last)
        --store WHERE         git, workspace or an absolute path, instead of the Feature's option 'store'
        --json                one JSON object on standard output, with "version": 1
        --verbose             more on standard error, without secrets
        --help                this text

      Outcomes: persistent, not-persistent
      Results of an action: created, updated, unchanged, skipped, failed

      Exit codes: 0 always; with --strict as above; 128+n when ended by signal n
      "
    `);
  });

  test("of status", async () => {
    expect((await runMain(["status", "--help"])).out).toMatchInlineSnapshot(`
      "claude-credentials status: what state the login is in

      Usage: claude-credentials status [FLAGS]

      Reads files and nothing else: no network, no start of Claude Code, no change.

      Flags
        --format FORMAT       text, json (as --json) or prometheus (node_exporter's textfile collector reads that)
        --warn TIME           warn so long before the login ends: 3d (default), 12h, 90m
        --max-age TIME        warn of a login that is older: 30d
        --auth DIR            look at the login in DIR, a store or a captured one, whatever the home leads to;
                              --store with a path does so too, and counts whether it outlives the container
        --ascii               no character beyond ASCII
        --watch SECONDS       look again and again; print a line when something has changed
        --home DIR            the home directory whose login is meant (default: yours)
        --workspace DIR       the workspace folder (default: what the lifecycle hook named last)
        --store WHERE         git, workspace or an absolute path, instead of the Feature's option 'store'
        --json                one JSON object on standard output, with "version": 1
        --verbose             more on standard error, without secrets
        --help                this text

      Exit codes: 0 when a login is usable and outlives the container (with --auth: is usable), else 1; 2 usage
      "
    `);
  });

  test("of doctor", async () => {
    expect((await runMain(["doctor", "--help"])).out).toMatchInlineSnapshot(`
      "claude-credentials doctor: a table of checks, each with what was seen and what mends it

      Usage: claude-credentials doctor [FLAGS]

      Looks at all that status and start look at, and at what else spoils a login: mounts, lifecycle hooks, locks,
      other tools, Claude Code's version. Without --fix and --live it changes nothing and needs no network.

      Flags
        --fix                 mend what can be mended without losing anything, as start does, and say what was done
        --live                start Claude Code with a small prompt, to see that the login works: a few tokens of
                              your account, and it may renew the access token. On a terminal you are asked first
        --ascii               no character beyond ASCII
        --home DIR            the home directory whose login is meant (default: yours)
        --workspace DIR       the workspace folder (default: what the lifecycle hook named last)
        --store WHERE         git, workspace or an absolute path, instead of the Feature's option 'store'
        --json                one JSON object on standard output, with "version": 1
        --verbose             more on standard error, without secrets
        --help                this text

      Results of a check: ok, info, warning, error, skipped, failed

      Exit codes: 0; 1 when a check is error or failed; 2 usage; 128+n when ended by signal n
      "
    `);
  });

  test("of install", async () => {
    expect((await runMain(["install", "--help"])).out).toMatchInlineSnapshot(`
      "claude-credentials install: the build-time half of the Feature, called by install.sh

      Usage: claude-credentials install [FLAGS]

      Makes the links in the remote user's home (_REMOTE_USER, _REMOTE_USER_HOME), moves what lay in ~/.claude to
      where they lead, keeps a copy of it without secrets, and writes the rules that keep Claude Code's own tools
      from the credential (option guard) and what has new terminals ask for a notice (option notice). Running it
      again changes nothing.

      Flags
        --home DIR            the home directory whose login is meant (default: yours)
        --workspace DIR       the workspace folder (default: what the lifecycle hook named last)
        --store WHERE         git, workspace or an absolute path, instead of the Feature's option 'store'
        --json                one JSON object on standard output, with "version": 1
        --verbose             more on standard error, without secrets
        --help                this text

      Outcomes: installed, unchanged, failed
      Results of an action: created, updated, unchanged, skipped, failed

      Exit codes: 0 done, 1 refused or failed, 2 usage
      "
    `);
  });

  test("of init", async () => {
    expect((await runMain(["init", "--help"])).out).toMatchInlineSnapshot(`
      "claude-credentials init: add the Feature to a project's devcontainer.json (on the host)

      Usage: claude-credentials init [PROJECT] [FLAGS]

      PROJECT is a folder (the current one if left out) or the path of a devcontainer.json. In a folder these are
      looked for: .devcontainer/devcontainer.json, .devcontainer.json and .devcontainer/NAME/devcontainer.json.
      With several, PROJECT must be the path of one. With none, a minimal .devcontainer/devcontainer.json is made:
      a Debian image, Node (the Feature runs on it), Claude Code and this Feature.

      The built Feature is copied to .devcontainer/claude-credentials/, which is meant to be committed, and named
      under "features". Comments, trailing commas, formatting, line endings and a byte order mark stay as they are.
      Running it again brings an older copy up to date; where all is as it should be, nothing is written.

      A Feature that is already named, in whatever form, stays as it is with its options: to change from a copy to
      a registry's or back, delete its line and run init again. A copy newer than this build is left alone, and a
      folder of that name that is no copy of the Feature is refused.

      Flags
        --feature ID         which Feature to add (claude-credentials)
        --reference OCI_REF  name a published Feature instead, for example
                             ghcr.io/owner/features/claude-credentials:1; nothing is copied
        --json               one JSON object on standard output, with "version": 1
        --verbose            what was looked at and decided, and each file that is written, on standard error
        --workspace DIR      the same as PROJECT
        --help               this text
        --home, --store      taken as by every command, without effect here

      Outcomes: added (devcontainer.json made or extended), updated (only the copy was out of date), unchanged,
      failed
      Results of an action: created, updated, unchanged, skipped, failed

      Exit codes: 0 done, 1 refused or failed, 2 usage
      "
    `);
  });

  test.each(COMMANDS)(
    "of %s comes before everything else, with -h too, and names the command",
    async (name) => {
      for (const args of [
        [name, "--help"],
        [name, "-h"],
        [name, "--frobnicate", "--help"],
      ]) {
        const run = await runMain(args);
        expect(run).toEqual({ code: 0, out: HELP[name], err: "" });
      }
      expect(HELP.main).toContain(`\n  ${name} `);
      for (const flag of ["--home", "--workspace", "--store", "--json", "--verbose", "--help"])
        expect(HELP[name]).toContain(flag);
    },
  );

  test.each(Object.entries(HELP))("of %s fits a terminal of 110 columns", (_, text) => {
    expect(text.split("\n").filter((line) => line.length > 110)).toEqual([]);
  });
});

describe("--version", () => {
  test.each([[["--version"]], ...COMMANDS.map((name) => [[name, "--version"]])])("%s", async (args) => {
    expect(await runMain(args)).toEqual({ code: 0, out: "1.2.3\n", err: "" });
  });
});

describe("usage errors", () => {
  test("no command at all", async () => {
    expect(await runMain([])).toEqual({ code: 2, out: "", err: HELP.main });
  });

  test.each(["frobnicate", "constructor", "__proto__", "main"])("the unknown command '%s'", async (name) => {
    expect(await runMain([name])).toEqual({
      code: 2,
      out: "",
      err: `claude-credentials: there is no command '${name}'\n  claude-credentials --help lists them\n`,
    });
  });

  test("a name that would move the cursor is made harmless", async () => {
    expect((await runMain(["\u001b[2J"])).err).toContain("'\\x1b[2J'");
  });

  test.each([
    [["status", "--frobnicate"], 2, "status: Unknown option '--frobnicate'", "status --help"],
    [["status", "--home"], 2, "status: Option '--home <value>' argument missing", "status --help"],
    [["status", "--json=1"], 2, "status: Option '--json' does not take an argument", "status --help"],
    [["status", "stray"], 2, "status: Unexpected argument 'stray'", "status --help"],
    [["status", "--home", ""], 2, "status: --home is empty", "absolute path"],
    [["status", "--workspace", ""], 2, "status: --workspace is empty", "absolute path"],
    [
      ["status", "--store", "there"],
      2,
      "status: the store 'there' is none of: git, workspace, an absolute path",
      "--store",
    ],
    [["install", "--frobnicate"], 2, "install: Unknown option '--frobnicate'", "install --help"],
    [["start", "--strict", "--frobnicate"], 2, "start: Unknown option '--frobnicate'", "start --help"],
    [["start", "--frobnicate"], 0, "start: Unknown option '--frobnicate'", "start --help"],
    [
      ["start", "--strict", "--devcontainer-id", "a/b"],
      2,
      "start: --devcontainer-id holds other characters",
      "CLI",
    ],
  ] as const)("%j exits %i", async (args, code, message, hint) => {
    const run = await runMain([...args]);
    expect(run.code).toBe(code);
    expect(run.out).toBe("");
    const [first = "", second = ""] = run.err.split("\n");
    expect(first).toMatch(/^claude-credentials: /);
    expect(first).toContain(message);
    expect(second).toContain(hint);
  });

  test("a store that the Feature's option names wrongly does not make the hook fail", async () => {
    const machine = new TestMachine({ options: { store: "there's none" } });
    const run = await machine.startWith("--workspace", machine.work);
    expect(run.code).toBe(0);
    expect(run.err).toContain("the store 'there's none' is none of");
  });
});

test("docs/findings.md has exactly one section for each code, in the order of the union, naming its severity", () => {
  const text = readFileSync(new URL("../../docs/findings.md", import.meta.url), "utf8");
  const sections = [...text.matchAll(/^## (.+)\n\n\*(\w+)\.\*/gm)].map(([, code, severity]) => [
    code,
    severity,
  ]);
  expect(sections).toEqual(Object.entries(FINDING_SEVERITY));
  expect(text.match(/^## /gm)).toHaveLength(sections.length);
});
