import { lstatSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { requireProgram, shells, type Shell } from "../../support/shell.ts";
import { options, share, sources } from "./support/product.ts";
import { isRoot, Sandbox } from "./support/sandbox.ts";

const store = "/var/lib/claude-credentials";
const config = `${store}/.claude-credentials`;
const login = `${config}/.credentials.json`;
const entrypoint = `${share}/entrypoint`;
type Feature = "claude-credentials" | "claude-credentials-volume" | "claude-credentials-shared";

interface Setting {
  readonly feature: Feature;
  /** The remote user; `dev` has uid 1100 today. */
  readonly user?: string;
  /** Paths of files, or of directories with a slash at the end, and their owners. */
  readonly owners: Readonly<Record<string, number>>;
}

function container(shell: Shell, { feature, user = "dev", owners }: Setting): Sandbox {
  const sandbox = new Sandbox(shell);
  sandbox.lend(shell.isBusybox ? shell.path : requireProgram("find"), "/bin/find");
  sandbox.copy(`${sources}entrypoint`, entrypoint, 0o755);
  const lines = [
    "CLAUDE_CREDENTIALS_VERSION='1.2.3'",
    "CLAUDE_CREDENTIALS_NODE=''",
    `CLAUDE_CREDENTIALS_FEATURE='${feature}'`,
    `CLAUDE_CREDENTIALS_USER='${user}'`,
    // What a user wrote for a path is no word of ours.
    "CLAUDE_CREDENTIALS_OPTION_STORE='",
    "CLAUDE_CREDENTIALS_USER='root'",
    "",
  ];
  sandbox.file(options, lines.join("\n"));
  sandbox.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\ndev:x:1100:1101::/home/dev:/bin/sh\n");
  for (const path of Object.keys(owners)) {
    if (path.endsWith("/")) sandbox.directory(path.slice(0, -1), 0o700);
    else sandbox.file(path, "{}", 0o600);
  }
  for (const [path, uid] of Object.entries(owners)) sandbox.own(path.replace(/\/$/, ""), uid);
  return sandbox;
}

/** Uid and gid of each path. */
function ownersOf(sandbox: Sandbox, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    paths.map((path) => {
      const { uid, gid } = lstatSync(sandbox.path(path.replace(/\/$/, "")));
      return [path, `${uid.toString()}:${gid.toString()}`];
    }),
  );
}

const become = [entrypoint, "/bin/sh", "-c", 'printf "%s|" "$0" "$@"', "a b", "", "$x"];
const became = "a b||$x|";
const quiet = { exitCode: 0, stdout: became, stderr: "", signal: undefined };

const tree = (uid: number): Record<string, number> => ({
  [`${store}/`]: uid,
  [`${config}/`]: uid,
  [login]: uid,
  [`${config}/projects/x.jsonl`]: uid,
});

describe.runIf(isRoot).each(shells())("the entrypoint under $name", (shell: Shell) => {
  it.each<[string, Setting, Record<string, string>]>([
    [
      "gives one container's volume of an earlier uid to the remote user",
      { feature: "claude-credentials-volume", owners: tree(1000) },
      Object.fromEntries(Object.keys(tree(0)).map((path) => [path, "1100:1101"])),
    ],
    [
      "gives a new volume of root's to the remote user",
      { feature: "claude-credentials-volume", owners: { [`${store}/`]: 0 } },
      { [`${store}/`]: "1100:1101" },
    ],
    [
      "gives what root left to the remote user, and leaves what is a third one's",
      {
        feature: "claude-credentials-volume",
        owners: { ...tree(1100), [login]: 0, [`${config}/agents/`]: 0, [`${config}/other`]: 1234 },
      },
      { [login]: "1100:1101", [`${config}/agents/`]: "1100:1101", [`${config}/other`]: "1234:1234" },
    ],
    [
      "gives a shared volume without a login to the remote user",
      { feature: "claude-credentials-shared", owners: { [`${store}/`]: 1000, [`${config}/`]: 1000 } },
      { [`${store}/`]: "1100:1101", [`${config}/`]: "1100:1101" },
    ],
    [
      "takes no login from who shares it",
      { feature: "claude-credentials-shared", owners: tree(1000) },
      Object.fromEntries(Object.keys(tree(0)).map((path) => [path, "1000:1000"])),
    ],
    [
      "takes no profile's login and no token from who shares it either",
      {
        feature: "claude-credentials-shared",
        owners: {
          [`${store}/`]: 1000,
          [`${store}/profiles/work/.claude-credentials/.credentials.json`]: 1000,
        },
      },
      { [`${store}/`]: "1000:1000" },
    ],
    [
      "takes no token of the API mode either",
      {
        feature: "claude-credentials-shared",
        owners: { [`${store}/`]: 1000, [`${store}/env-vars/.claude-code-env`]: 1000 },
      },
      { [`${store}/`]: "1000:1000" },
    ],
    [
      "gives what root left in a shared volume to whom the rest belongs",
      { feature: "claude-credentials-shared", owners: { ...tree(1000), [login]: 0 } },
      { [`${store}/`]: "1000:1000", [login]: "1000:1000" },
    ],
    [
      "leaves a volume to its owner where the remote user is root, and gives him what root left",
      { feature: "claude-credentials-volume", user: "root", owners: { ...tree(1000), [login]: 0 } },
      { [`${store}/`]: "1000:1000", [login]: "1000:1000" },
    ],
    [
      "leaves root's own volume to root",
      { feature: "claude-credentials-shared", user: "root", owners: tree(0) },
      { [`${store}/`]: "0:0", [login]: "0:0" },
    ],
    [
      "takes a volume that a project mounts by itself for one that several may share",
      { feature: "claude-credentials", owners: tree(1000) },
      { [`${store}/`]: "1000:1000", [login]: "1000:1000" },
    ],
    [
      "knows a remote user who is named by a number",
      { feature: "claude-credentials-volume", user: "1100", owners: tree(1000) },
      { [`${store}/`]: "1100:1101", [login]: "1100:1101" },
    ],
    [
      "leaves all to its owner where there is no such user",
      { feature: "claude-credentials-volume", user: "nobody-here", owners: tree(1000) },
      { [`${store}/`]: "1000:1000", [login]: "1000:1000" },
    ],
  ])("%s", async (_, setting, expected) => {
    const sandbox = container(shell, setting);
    expect(await sandbox.run(become, { user: 0 })).toEqual(quiet);
    expect(ownersOf(sandbox, Object.keys(expected))).toEqual(expected);
  });

  it("follows no link", async () => {
    const sandbox = container(shell, { feature: "claude-credentials-volume", owners: tree(1000) });
    sandbox.own(sandbox.file("/etc/secret", "", 0o600), 0);
    sandbox.own(sandbox.directory("/opt/mine"), 1000);
    sandbox.own(sandbox.file("/opt/mine/file", ""), 1000);
    sandbox.own(sandbox.link(`${config}/secret`, "/etc/secret"), 1000);
    sandbox.own(sandbox.link(`${config}/mine`, "/opt/mine"), 1000);
    expect(await sandbox.run(become, { user: 0 })).toEqual(quiet);
    expect(ownersOf(sandbox, ["/etc/secret", "/opt/mine", "/opt/mine/file", `${config}/mine`])).toEqual({
      "/etc/secret": "0:0",
      "/opt/mine": "1000:1000",
      "/opt/mine/file": "1000:1000",
      [`${config}/mine`]: "1000:1000",
    });
  });

  it("leaves a link in the volume's place, and where it leads", async () => {
    const sandbox = container(shell, {
      feature: "claude-credentials-volume",
      owners: { "/opt/else/": 1000 },
    });
    sandbox.directory("/var/lib");
    sandbox.link(store, "/opt/else");
    expect(await sandbox.run(become, { user: 0 })).toEqual(quiet);
    expect(ownersOf(sandbox, ["/opt/else"])).toEqual({ "/opt/else": "1000:1000" });
  });

  it.each<[string, (sandbox: Sandbox) => unknown]>([
    ["no volume", (s) => s.remove(store)],
    ["no options", (s) => s.remove(options)],
    ["a directory in the options' place", (s) => s.directory(s.remove(options))],
    ["empty options", (s) => s.file(options, "")],
    ["no /etc/passwd", (s) => s.remove("/etc/passwd")],
    ["no ls", (s) => s.remove("/bin/ls")],
  ])("becomes the command where there is %s", async (_, spoil) => {
    const sandbox = container(shell, { feature: "claude-credentials-volume", owners: tree(1000) });
    spoil(sandbox);
    expect(await sandbox.run(become, { user: 0 })).toMatchObject({ exitCode: 0, stdout: became });
  });

  it("says what it could not do, and becomes the command", async () => {
    const sandbox = container(shell, { feature: "claude-credentials-volume", owners: tree(1000) });
    const mount = `/host${requireProgram("mount")}`;
    const readOnly = `${mount} --bind ${store} ${store} && ${mount} -o remount,bind,ro ${store} && exec "$@"`;
    const { exitCode, stdout, stderr } = await sandbox.run(["/bin/sh", "-c", readOnly, "sh", ...become], {
      user: 0,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: became });
    expect(stderr).toContain(`claude-credentials: not all of ${store} could be given to its owner`);
    expect(stderr).toContain("claude-credentials start");
  });

  it("changes nothing where it is not root", async () => {
    const sandbox = container(shell, { feature: "claude-credentials-volume", owners: tree(1000) });
    expect(await sandbox.run(become, { user: 1100 })).toEqual(quiet);
    expect(ownersOf(sandbox, [`${store}/`, login])).toEqual({
      [`${store}/`]: "1000:1000",
      [login]: "1000:1000",
    });
  });

  it("ends with 0 where no command follows, and with the command's code where one does", async () => {
    const sandbox = container(shell, { feature: "claude-credentials-volume", owners: tree(1000) });
    expect(await sandbox.run([entrypoint], { user: 0 })).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    expect((await sandbox.run([entrypoint, "/bin/sh", "-c", "exit 7"], { user: 0 })).exitCode).toBe(7);
  });
});
