import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { requireProgram, shells, type Shell } from "../../support/shell.ts";
import { bundle, calls, launcher, options, placeNode, share } from "./support/product.ts";
import {
  bundleText,
  feature,
  install,
  manifest,
  manifestVersion,
  partText,
  placeFeature,
} from "./support/feature.ts";
import { isRoot, Sandbox } from "./support/sandbox.ts";

/** An image in the making, with a stand-in for Node.js that does `body`. */
function image(shell: Shell, body = ":"): Sandbox {
  const sandbox = new Sandbox(shell);
  placeFeature(sandbox);
  placeNode(sandbox, "/usr/bin/node", "v20.1.0", body);
  return sandbox;
}

const optionLines = (
  node: string,
  store: string,
  perContainer: boolean,
  guard: boolean,
  notice = true,
  user = "",
): string =>
  [
    `CLAUDE_CREDENTIALS_VERSION='${manifestVersion}'`,
    `CLAUDE_CREDENTIALS_NODE='${node}'`,
    "CLAUDE_CREDENTIALS_FEATURE='claude-credentials'",
    `CLAUDE_CREDENTIALS_USER='${user}'`,
    `CLAUDE_CREDENTIALS_OPTION_STORE='${store}'`,
    `CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER='${String(perContainer)}'`,
    `CLAUDE_CREDENTIALS_OPTION_GUARD='${String(guard)}'`,
    `CLAUDE_CREDENTIALS_OPTION_NOTICE='${String(notice)}'`,
    "",
  ].join("\n");

function expectAllInPlace(sandbox: Sandbox): void {
  expect(sandbox.read(launcher)).toBe(sandbox.read(`${feature}/claude-credentials`));
  expect(sandbox.read(bundle)).toBe(bundleText);
  expect(sandbox.list(share)).toEqual([
    ...["claude-credentials.mjs", "entrypoint", "findings.md", "options.env", "part.mjs", "without-node.sh"],
  ]);
  expect(sandbox.mode(`${share}/entrypoint`)).toBe(0o755);
  expect(sandbox.read(`${share}/part.mjs`)).toBe(partText);
  expect(sandbox.list("/usr/local/bin")).toEqual(["claude-credentials"]);
  const paths = [launcher, bundle, `${share}/part.mjs`, `${share}/without-node.sh`, options, share];
  expect(paths.map((path) => sandbox.mode(path))).toEqual([0o755, 0o644, 0o644, 0o644, 0o644, 0o755]);
}

describe.each(shells())("install.sh under $name", (shell: Shell) => {
  it("puts all in place, writes the options down and runs the bundle's install", async () => {
    const sandbox = image(shell, "env >/tmp/environment");
    const env = {
      STORE: "git",
      PERCONTAINER: "true",
      GUARD: "false",
      NOTICE: "false",
      _REMOTE_USER: "dev",
      _REMOTE_USER_HOME: "/srv/dev",
    };
    expect(await install(sandbox, { env })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
      signal: undefined,
    });
    expectAllInPlace(sandbox);
    expect(sandbox.read(options)).toBe(optionLines("/usr/bin/node", "git", true, false, false, "dev"));
    expect(calls(sandbox)).toEqual([["/usr/bin/node", bundle, "install"]]);
    for (const [name, value] of Object.entries(env))
      expect(sandbox.read("/tmp/environment")).toContain(`${name}=${value}\n`);
  });

  it.each(["000", "022", "077", "777"])("gives the right modes under umask %s", async (umask) => {
    const sandbox = image(shell);
    sandbox.directory("/usr/local", 0o2775);
    expect((await install(sandbox, {}, `umask ${umask}`)).exitCode).toBe(0);
    expectAllInPlace(sandbox);
    expect(sandbox.mode("/usr/local/bin")).toBe(0o755);
  });

  it("takes the manifest's defaults when it is run by hand", async () => {
    const sandbox = image(shell);
    await install(sandbox);
    expect(sandbox.read(options)).toBe(optionLines("/usr/bin/node", "", false, true));
  });

  it("takes an option that is neither true nor false as not given", async () => {
    const sandbox = image(shell);
    await install(sandbox, { env: { PERCONTAINER: "yes", GUARD: "", NOTICE: "no" } });
    expect(sandbox.read(options)).toBe(optionLines("/usr/bin/node", "", false, true));
  });

  it.each([
    ["blanks", " /a  b\t"],
    ["single quotes", "'/it''s'"],
    ["double quotes and backslashes", String.raw`/a "b" \n \\ \'`],
    ["substitutions", "/$HOME/$(touch /tmp/PWNED)/`touch /tmp/PWNED`/${x}/!!"],
    ["line breaks", "\n/a\n\nb\n\n"],
    ["lines like ours", "'\nCLAUDE_CREDENTIALS_NODE='/tmp/evil"],
    ["no ASCII", "/ä/日本/🙂"],
    ["a percent sign and a dash", "-n %s%d"],
  ])("writes options down so that sourcing gives the same bytes: %s", async (_, store) => {
    const sandbox = image(shell);
    expect((await install(sandbox, { env: { STORE: store } })).stderr).toBe("");
    const script = `set -u; . ${options}; printf '%s\\0' "$CLAUDE_CREDENTIALS_OPTION_STORE" "$CLAUDE_CREDENTIALS_NODE" "$CLAUDE_CREDENTIALS_OPTION_GUARD"`;
    const { stdout, stderr } = await sandbox.run(["/bin/sh", "-c", script]);
    expect({ read: stdout.split("\0"), stderr }).toEqual({
      read: [store, "/usr/bin/node", "true", ""],
      stderr: "",
    });
    expect(sandbox.exists("/tmp/PWNED")).toBe(false);
  });

  it("writes down which variant it is, and that a shared store has a state file for each container", async () => {
    const sandbox = image(shell);
    const shared = manifest.replace('"id": "claude-credentials"', '"id": "claude-credentials-shared"');
    sandbox.file(`${feature}/devcontainer-feature.json`, shared);
    expect((await install(sandbox)).stderr).toBe("");
    expect(sandbox.read(options)).toContain("CLAUDE_CREDENTIALS_FEATURE='claude-credentials-shared'\n");
    expect(sandbox.read(options)).toContain("CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER='true'\n");
  });

  it("says of two variants in one image that the last one counts", async () => {
    const sandbox = image(shell);
    // The store's text is no word of ours.
    const store = "/x\nCLAUDE_CREDENTIALS_FEATURE='claude-credentials-shared'";
    await install(sandbox, { env: { STORE: store } });
    const volume = manifest.replace('"id": "claude-credentials"', '"id": "claude-credentials-volume"');
    sandbox.file(`${feature}/devcontainer-feature.json`, volume);
    const { exitCode, stderr } = await install(sandbox);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr:
        "claude-credentials: warning: claude-credentials-volume takes the place of claude-credentials, which is in this image already: they are variants of one Feature\n" +
        "  if devcontainer.json names both, take one of them out\n",
    });
    expect(sandbox.read(options)).toContain("CLAUDE_CREDENTIALS_FEATURE='claude-credentials-volume'\n");
    expect((await install(sandbox)).stderr).toBe("");
  });

  it("finds the newest Node.js, and one that nvm has", async () => {
    const sandbox = image(shell);
    placeNode(sandbox, "/usr/local/share/nvm/versions/node/v22.9.0/bin/node", "v22.9.0");
    const newest = placeNode(sandbox, "/usr/local/share/nvm/versions/node/v22.10.0/bin/node", "v22.10.0");
    sandbox.file("/usr/local/bin/node", "#!/bin/sh\necho v99.0.0\nexit 1\n", 0o755);
    await install(sandbox);
    expect(sandbox.read(options)).toContain(`CLAUDE_CREDENTIALS_NODE='${newest}'\n`);
    expect(calls(sandbox)).toEqual([[newest, bundle, "install"]]);
  });

  it.each([
    ["no Node.js", undefined],
    ["only an old one", "v16.20.2"],
    ["only one that prints nonsense", "command not found"],
  ])("warns and goes on where there is %s", async (_, says) => {
    const sandbox = image(shell);
    if (says === undefined) sandbox.remove("/usr/bin/node");
    else placeNode(sandbox, "/usr/bin/node", says);
    const result = await install(sandbox);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(
      /^claude-credentials: warning: RUNTIME_MISSING: [^\n]+\n {2}add "ghcr[^\n]+\n$/,
    );
    expect(result.stderr).toContain('"ghcr.io/devcontainers/features/node:1": {}');
    expectAllInPlace(sandbox);
    expect(sandbox.read(options)).toBe(optionLines("", "", false, true));
    expect(calls(sandbox)).toEqual([]);
  });

  it.each([
    ["fails", "exit 3", "code 3"],
    ["is killed", "kill -KILL $$", "code 137"],
  ])("warns and exits 0 when the bundle's install %s", async (_, body, code) => {
    const sandbox = image(shell, body);
    const result = await install(sandbox);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain(
      `claude-credentials: warning: the links of the image were not made (${code}`,
    );
    expectAllInPlace(sandbox);
  });

  it("changes nothing the second time", async () => {
    const sandbox = image(shell);
    await install(sandbox, { env: { STORE: "it's" } });
    const paths = [launcher, bundle, options, share, "/usr/local/bin"];
    const before = paths.map((path) => statSync(sandbox.path(path), { bigint: true }));
    for (const path of [launcher, bundle, options]) sandbox.age(path, -1000);
    expect((await install(sandbox, { env: { STORE: "it's" } })).stderr).toBe("");
    const after = paths.map((path) => statSync(sandbox.path(path), { bigint: true }));
    expect(after.map(({ ino, mode }) => ({ ino, mode }))).toEqual(
      before.map(({ ino, mode }) => ({ ino, mode })),
    );
    for (const { mtimeMs } of after.slice(0, 3)) expect(mtimeMs).toBeLessThan(Date.now() - 900_000);
    expectAllInPlace(sandbox);
  });

  it("puts a new version in the place of an old one at once, and mends a mode", async () => {
    const sandbox = image(shell);
    await install(sandbox);
    const old = statSync(sandbox.path(bundle)).ino;
    sandbox.file(bundle, "// an older bundle\n", 0o600);
    sandbox.file(launcher, sandbox.read(launcher), 0o700);
    await install(sandbox, { env: { STORE: "workspace" } });
    expectAllInPlace(sandbox);
    expect(statSync(sandbox.path(bundle)).ino).not.toBe(old);
    expect(sandbox.read(options)).toContain("OPTION_STORE='workspace'\n");
  });

  it("replaces a link in the place of a file, and leaves what it leads to", async () => {
    const sandbox = image(shell);
    sandbox.directory("/usr/local/bin");
    sandbox.directory(share);
    sandbox.file("/opt/own", bundleText);
    sandbox.link(bundle, "/opt/own");
    sandbox.directory("/opt/directory");
    sandbox.link(launcher, "/opt/directory");
    expect((await install(sandbox)).stderr).toBe("");
    expectAllInPlace(sandbox);
    expect(sandbox.list("/opt")).toEqual(["directory", "own"]);
    expect(sandbox.list("/opt/directory")).toEqual([]);
  });
});

describe.each(shells())("install.sh under $name never fails a build:", (shell: Shell) => {
  it.each<[string, (sandbox: Sandbox) => unknown, string]>([
    ["a directory in the launcher's place", (s) => s.directory(launcher), launcher],
    ["a directory in the bundle's place", (s) => s.directory(bundle), bundle],
    ["a directory in the options' place", (s) => s.directory(options), options],
    ["a file in the folder's place", (s) => s.file(share, ""), `${share}/part.mjs`],
    ["a file in the place of /usr/local/bin", (s) => s.file("/usr/local/bin", ""), launcher],
    [
      "no launcher in the Feature's folder",
      (s) => {
        s.remove(`${feature}/claude-credentials`);
      },
      launcher,
    ],
    [
      "no bundle in the Feature's folder",
      (s) => {
        s.remove(`${feature}/claude-credentials.mjs`);
      },
      bundle,
    ],
    [
      "no room for a part of the bundle",
      (s) => {
        s.directory(`${share}/part.mjs`);
      },
      `${share}/part.mjs`,
    ],
    [
      "no entrypoint in the Feature's folder",
      (s) => {
        s.remove(`${feature}/entrypoint`);
      },
      `${share}/entrypoint`,
    ],
    [
      "no page of findings in the Feature's folder",
      (s) => {
        s.remove(`${feature}/findings.md`);
      },
      `${share}/findings.md`,
    ],
    [
      "no room for what is done without a Node.js",
      (s) => {
        s.directory(`${share}/without-node.sh`);
      },
      `${share}/without-node.sh`,
    ],
  ])("%s", async (_, spoil, named) => {
    const sandbox = image(shell);
    spoil(sandbox);
    const result = await install(sandbox);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain(`claude-credentials: warning: ${named} was not written\n`);
    expect(calls(sandbox)).toHaveLength(named.endsWith(".mjs") ? 0 : 1);
    if (sandbox.exists(share) && statSync(sandbox.path(share)).isDirectory()) {
      expect(
        sandbox.list(share).filter((name) => name.includes(".new.") || name.includes(".draft.")),
      ).toEqual([]);
    }
  });

  it.each(["missing", "without a version"])("a manifest %s", async (state) => {
    const sandbox = image(shell);
    sandbox.remove(`${feature}/devcontainer-feature.json`);
    if (state !== "missing") sandbox.file(`${feature}/devcontainer-feature.json`, "{}");
    expect((await install(sandbox)).exitCode).toBe(0);
    expect(sandbox.read(options)).toContain("CLAUDE_CREDENTIALS_VERSION=''\n");
    expect(calls(sandbox)).toHaveLength(1);
  });

  it("a manifest on one line is read all the same", async () => {
    const sandbox = image(shell);
    sandbox.file(`${feature}/devcontainer-feature.json`, '{"id":"x","version":"4.5.6","name":"y"}');
    await install(sandbox);
    expect(sandbox.read(options)).toContain("CLAUDE_CREDENTIALS_VERSION='4.5.6'\n");
  });

  it("a disk that is full: nothing is there in part", async () => {
    const sandbox = image(shell);
    sandbox.file(`${feature}/claude-credentials.mjs`, "// the bundle\n".repeat(10_000));
    const mount = `/host${requireProgram("mount")} -t tmpfs -o size=64k none /usr/local`;
    const script = `${mount} && cd '${feature}' && ./install.sh; echo "code $?"; cp -r /usr/local /tmp/after`;
    const result = await sandbox.run(["/bin/sh", "-c", script], { user: 0 });
    expect(result.stdout).toBe("code 0\n");
    expect(result.stderr).toContain(`warning: ${bundle} was not written\n`);
    expect(sandbox.list("/tmp/after/share/claude-credentials")).toEqual([
      "entrypoint",
      "findings.md",
      "options.env",
      "part.mjs",
      "without-node.sh",
    ]);
    expect(sandbox.read("/tmp/after/bin/claude-credentials")).toBe(
      sandbox.read(`${feature}/claude-credentials`),
    );
  });

  it("a caller that has the shell stop at every failure", async () => {
    const sandbox = image(shell, "exit 3");
    const script = `cd '${feature}' && exec /bin/sh -eu ./install.sh`;
    const result = await sandbox.run(["/bin/sh", "-c", script], { user: 0 });
    expect(result.exitCode).toBe(0);
    expectAllInPlace(sandbox);
  });

  it("called by another path, from another directory", async () => {
    const sandbox = image(shell);
    sandbox.file("/node", "#!/bin/sh\necho v99.0.0\n", 0o755);
    const settings = { user: 0, env: { PATH: ":.:/usr/bin:/bin" } };
    expect((await sandbox.run(["/bin/sh", `${feature}/install.sh`], settings)).stderr).toBe("");
    expectAllInPlace(sandbox);
    expect(sandbox.read(options)).toContain("CLAUDE_CREDENTIALS_NODE='/usr/bin/node'\n");
  });

  it.runIf(isRoot)("somebody who is not root", async () => {
    const sandbox = image(shell);
    const result = await install(sandbox, { user: 1000 });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain(`claude-credentials: warning: ${launcher} was not written\n`);
    expect(result.stderr).toContain("must run as root");
    expect(calls(sandbox)).toEqual([]);
  });
});

it("install.sh does without cmp", async () => {
  const [dash] = shells();
  if (dash === undefined) throw new Error("no shell");
  const sandbox = new Sandbox(dash, ["cmp"]);
  placeFeature(sandbox);
  placeNode(sandbox, "/usr/bin/node");
  for (let times = 0; times < 2; times++) {
    expect(await install(sandbox)).toMatchObject({ exitCode: 0, stderr: "" });
    expectAllInPlace(sandbox);
  }
});
