import { expect, test } from "vitest";
import { INIT_HELP } from "../../../src/init/help.ts";
import { parseInitOptions } from "../../../src/init/options.ts";

test("the project is the working directory, the Feature the plain one, if nothing else is said", () => {
  expect(parseInitOptions([], { cwd: "/w" })).toEqual({
    project: "/w",
    feature: "claude-credentials",
    reference: null,
    json: false,
    verbose: false,
  });
});

test("a reference tells the Feature", () => {
  const options = parseInitOptions(["p", "--reference", "ghcr.io/o/f/claude-credentials-shared:1"], {
    cwd: "/w",
  });
  expect(options).toMatchObject({ project: "/w/p", feature: "claude-credentials-shared" });
});

test("the help text is this one", () => {
  expect(INIT_HELP).toMatchInlineSnapshot(`
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

test("--help names every flag, and fits a terminal", () => {
  for (const flag of ["feature", "reference", "workspace", "home", "store", "json", "verbose", "help"]) {
    expect(INIT_HELP).toMatch(new RegExp(`--${flag}\\b`));
  }
  expect(Math.max(...INIT_HELP.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
});
