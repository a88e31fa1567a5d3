import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import { parseCommonOptions, parseStartOptions, type OptionSources } from "../../src/options.ts";

function sources(more: Partial<OptionSources> = {}): OptionSources {
  return {
    env: { HOME: "/home/me" },
    cwd: "/cwd",
    bundlePath: "/usr/local/share/claude-credentials/claude-credentials.mjs",
    feature: { variant: "plain", store: "", perContainer: false, guard: true, notice: true },
    ...more,
  };
}

describe("options are read once, from flags, environment and Feature options in this order", () => {
  test("nothing said", () => {
    expect(parseStartOptions([], sources())).toEqual({
      home: "/home/me",
      workspace: null,
      store: "",
      configDirectory: null,
      perContainer: false,
      isShared: false,
      json: false,
      verbose: false,
      devcontainerId: null,
      dryRun: false,
      strict: false,
      adopt: false,
      wait: null,
      imageHome: "/usr/local/share/claude-credentials/home",
      shellHomes: { zdotdir: null, xdgConfig: null },
      env: { kind: "keep" },
    });
  });

  test("shells look for their startup files where the environment says, if that is a whole path", () => {
    const env = { HOME: "/home/me", ZDOTDIR: "/home/me/.zsh", XDG_CONFIG_HOME: "relative" };
    expect(parseStartOptions([], sources({ env })).shellHomes).toEqual({
      zdotdir: "/home/me/.zsh",
      xdgConfig: null,
    });
  });

  test("all flags", () => {
    const args = ["--home", "h", "--workspace", "w", "--store", "/s/../t/", "--json", "--verbose"];
    const more = ["--devcontainer-id", "a.b_c-1", "--dry-run", "--strict", "--adopt"];
    expect(parseStartOptions([...args, ...more], sources())).toMatchObject({
      home: "/cwd/h",
      workspace: "/cwd/w",
      store: "/t",
      json: true,
      verbose: true,
      devcontainerId: "a.b_c-1",
      dryRun: true,
      strict: true,
      adopt: true,
    });
  });

  test("the environment's, empty ones counting as none", () => {
    const env = {
      HOME: "/home/me",
      CLAUDE_CREDENTIALS_HOME: "/h",
      CLAUDE_CREDENTIALS_WORKSPACE: "/w",
      CLAUDE_CREDENTIALS_STORE: "git",
      CLAUDE_CONFIG_DIR: "conf",
    };
    expect(parseCommonOptions([], sources({ env }), "status")).toMatchObject({
      home: "/h",
      workspace: "/w",
      store: "git",
      configDirectory: "/cwd/conf",
    });
    const empty = Object.fromEntries(Object.keys(env).map((name) => [name, ""]));
    expect(parseCommonOptions([], sources({ env: empty }), "status")).toMatchObject({
      home: homedir(),
      workspace: null,
      store: "",
      configDirectory: null,
    });
  });

  test("a flag before the environment, the environment before the Feature's option", () => {
    const feature = {
      variant: "plain" as const,
      store: "workspace",
      perContainer: true,
      guard: true,
      notice: true,
    };
    const env = { HOME: "/home/me", CLAUDE_CREDENTIALS_STORE: "git" };
    expect(parseCommonOptions([], sources({ feature }), "x").store).toBe("workspace");
    expect(parseCommonOptions([], sources({ feature, env }), "x").store).toBe("git");
    expect(parseCommonOptions(["--store", "/s"], sources({ feature, env }), "x").store).toBe("/s");
    expect(parseCommonOptions([], sources({ feature }), "x").perContainer).toBe(true);
  });

  test("are frozen", () => {
    expect(Object.isFrozen(parseStartOptions([], sources()))).toBe(true);
    expect(Object.isFrozen(parseCommonOptions([], sources(), "x"))).toBe(true);
  });

  test.each(["", ".", "..", "..."])("the id '%s' is none", (id) => {
    expect(parseStartOptions(["--devcontainer-id", id], sources()).devcontainerId).toBeNull();
  });
});
