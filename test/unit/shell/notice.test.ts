import { dirname } from "node:path";
import { utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { requireProgram, shells, type Shell } from "../../support/shell.ts";
import { Noticed } from "./support/noticed.ts";
import { bundle, calls, launcher } from "./support/product.ts";
import { isRoot, type RunOptions } from "./support/sandbox.ts";
import { node } from "./support/settled.ts";

type Changes = Readonly<Record<string, (noticed: Noticed) => unknown>>;

/** None of these gives reason to look again. */
const quiet: Changes = {
  "all is as it was": () => undefined,
  "a clock that was never read": ({ sandbox, notice }) => sandbox.age(`${notice}/now`, -90_000),
  "nothing is watched, and the credential is new": (noticed) => {
    noticed.writeLook({ watched: [], link: "", target: "" });
    noticed.sandbox.age(noticed.sandbox.file(`${noticed.target}/.credentials.json`, ""), -5);
  },
  "nothing marks a container": ({ sandbox }) => sandbox.remove("/.dockerenv"),
  "nobody was ever at home here: it is not the home that was set up": ({ sandbox, cache, build }) => {
    sandbox.remove(cache);
    sandbox.remove(build);
  },
  "the notes cannot be written to": ({ sandbox, notice }) => {
    if (isRoot) sandbox.directory(notice, 0o500);
  },
  "a file is in the place of the notes": ({ sandbox, notice }) => {
    sandbox.remove(notice);
    sandbox.file(notice, "");
  },
  "there is no Node.js": ({ sandbox, notice }) => {
    sandbox.remove(notice);
    sandbox.remove(node);
  },
  "there is no bundle": ({ sandbox, notice }) => {
    sandbox.remove(notice);
    sandbox.remove(bundle);
  },
};

/** Each of these does. */
const loud: Changes = {
  "nobody ever looked": ({ sandbox, notice }) => sandbox.remove(notice),
  "nobody ever looked, and there is no cache": ({ sandbox }) => sandbox.remove("/home/dev/.cache"),
  "the look is due": ({ sandbox, notice }) => sandbox.age(`${notice}/due`, -1),
  "the look is due this very second": ({ sandbox, notice }) => sandbox.age(`${notice}/due`, 0),
  "the last look was in what is the future now": ({ sandbox, notice }) =>
    sandbox.age(`${notice}/looked`, 100),
  "the note of when it is due is gone": ({ sandbox, notice }) => sandbox.remove(`${notice}/due`),
  "the clock is gone": ({ sandbox, notice }) => sandbox.remove(`${notice}/now`),
  "the clock is a link": ({ sandbox, notice }) => {
    sandbox.remove(`${notice}/now`);
    sandbox.own(sandbox.file("/home/dev/mine", "precious"));
    sandbox.link(`${notice}/now`, "/home/dev/mine");
  },
  "the record is gone": ({ sandbox, notice }) => sandbox.remove(`${notice}/looked`),
  "the record is empty": (noticed) => noticed.writeLookText(""),
  "the record is cut off": (noticed) => noticed.writeLookText("claude-credentials notice 1\nc0ffee\n\n\n\n"),
  "the record is of another format": (noticed) => noticed.writeLook({ title: "claude-credentials notice 2" }),
  "it is another host name": (noticed) => noticed.writeLook({ hostname: "decaf" }),
  "the container is newer": ({ sandbox }) => sandbox.age("/.dockerenv", -50),
  "the other marker is newer": ({ sandbox }) => sandbox.age(sandbox.file("/run/.containerenv", ""), -50),
  "the credential was written": ({ sandbox, target }) => sandbox.age(`${target}/.credentials.json`, -50),
  "the credential is gone": ({ sandbox, target }) => sandbox.remove(`${target}/.credentials.json`),
  "what was not there is there": ({ sandbox, absent }) => sandbox.own(sandbox.file(absent, "")),
  "the link leads elsewhere": ({ sandbox, link }) => {
    sandbox.remove(link);
    sandbox.own(sandbox.directory("/home/dev/other", 0o700));
    sandbox.age(sandbox.own(sandbox.file("/home/dev/other/.credentials.json", "{}")), -300);
    sandbox.link(link, "/home/dev/other");
  },
  "CLAUDE_CONFIG_DIR was set then": (noticed) => noticed.writeLook({ configDirectory: "/home/dev/config" }),
  "CLAUDE_CREDENTIALS_STORE was set then": (noticed) => noticed.writeLook({ store: "git" }),
  "CLAUDE_CREDENTIALS_WORKSPACE was set then": (noticed) => noticed.writeLook({ workspace: "/work" }),
  "no workspace was to be found elsewhere": (noticed) => noticed.writeLook({ homelessIn: "/elsewhere" }),
};

async function openTerminal({ sandbox }: Noticed, options: RunOptions = {}) {
  return sandbox.run([launcher, "notice"], options);
}

const silent = { exitCode: 0, stdout: "", stderr: "", signal: undefined };

describe.each(shells())("notice under $name", (shell: Shell) => {
  it.each(Object.entries(quiet))("is silent without Node.js: %s", async (_, change) => {
    const noticed = new Noticed(shell);
    change(noticed);
    expect(await openTerminal(noticed)).toEqual(silent);
    expect(calls(noticed.sandbox)).toEqual([]);
  });

  it.each(Object.entries(loud))("asks Node.js: %s", async (_, change) => {
    const noticed = new Noticed(shell);
    change(noticed);
    expect(await openTerminal(noticed)).toEqual(silent);
    expect(calls(noticed.sandbox)).toEqual([[node, bundle, "notice"]]);
    if (noticed.sandbox.exists("/home/dev/mine"))
      expect(noticed.sandbox.read("/home/dev/mine")).toBe("precious");
  });

  it("is silent with the variables that the last look found, in the folder where it found no workspace", async () => {
    const noticed = new Noticed(shell);
    const env = {
      CLAUDE_CONFIG_DIR: "/c",
      CLAUDE_CREDENTIALS_STORE: "git",
      CLAUDE_CREDENTIALS_WORKSPACE: "/w",
    };
    noticed.writeLook({ configDirectory: "/c", store: "git", workspace: "/w", homelessIn: "/work" });
    const script = 'cd /work && exec "$0" notice';
    expect(await noticed.sandbox.run(["/bin/sh", "-c", script, launcher], { env })).toEqual(silent);
    expect(calls(noticed.sandbox)).toEqual([]);
  });

  it("looks at the home that CLAUDE_CREDENTIALS_HOME names", async () => {
    const noticed = new Noticed(shell);
    const env = { HOME: "/nowhere", CLAUDE_CREDENTIALS_HOME: "/home/dev" };
    expect(await openTerminal(noticed, { env })).toEqual(silent);
    noticed.sandbox.age(`${noticed.notice}/due`, -1);
    await openTerminal(noticed, { env });
    expect(calls(noticed.sandbox)).toHaveLength(1);
  });

  it("looks at a home that was led to a volume while the image was built, with nothing else of ours in it", async () => {
    const noticed = new Noticed(shell);
    const { sandbox, build, notice } = noticed;
    for (const path of [build, dirname(notice), `${sandbox.home}/.claude`]) sandbox.remove(path);
    expect(await openTerminal(noticed)).toEqual(silent);
    expect(calls(sandbox)).toEqual([]);
    sandbox.own(sandbox.directory("/var/lib/claude-credentials/.claude-credentials", 0o700));
    sandbox.link(`${sandbox.home}/.claude`, "/var/lib/claude-credentials/.claude-credentials");
    await openTerminal(noticed);
    expect(calls(sandbox)).toEqual([[node, bundle, "notice"]]);
  });

  it.each(["", "relative"])("is silent with the home '%s'", async (HOME) => {
    const noticed = new Noticed(shell);
    noticed.sandbox.age(`${noticed.notice}/due`, -1);
    expect(await openTerminal(noticed, { env: { HOME } })).toEqual(silent);
    expect(calls(noticed.sandbox)).toEqual([]);
  });

  it.runIf(isRoot)(
    "is silent for root in the user's home, where all that it leaves would be root's",
    async () => {
      const noticed = new Noticed(shell);
      noticed.sandbox.remove(noticed.notice);
      expect(await openTerminal(noticed, { user: 0 })).toEqual(silent);
      expect(calls(noticed.sandbox)).toEqual([]);
    },
  );

  it("is silent on a file system that is read-only", async () => {
    const noticed = new Noticed(shell);
    noticed.sandbox.age(`${noticed.notice}/due`, -1);
    const mount = `/host${requireProgram("mount")}`;
    const script = `${mount} --bind /home /home && ${mount} -o remount,ro,bind /home && "$0" notice; echo $?`;
    const result = await noticed.sandbox.run(["/bin/sh", "-c", script, launcher], { user: 0 });
    expect(result).toEqual({ ...silent, stdout: "0\n" });
    expect(calls(noticed.sandbox)).toEqual([]);
  });

  it("shows what Node.js says on standard error and nothing else, and exits 0 whatever becomes of it", async () => {
    for (const end of ["exit 3", "kill -KILL $$"]) {
      const noticed = new Noticed(
        shell,
        `echo out; echo 'one line' >&2; cat; echo "\${NODE_OPTIONS-none}" >&2; ${end}`,
      );
      noticed.sandbox.age(`${noticed.notice}/due`, -1);
      const script = 'echo typed | "$0" notice; echo "code $?"';
      const env = { NODE_OPTIONS: "--require /not/here.js" };
      const { stdout, stderr } = await noticed.sandbox.run(["/bin/sh", "-c", script, launcher], { env });
      expect(stdout).toBe("code 0\n");
      // The shell's own word for that.
      expect(stderr.replace(/^.*Killed.*\n/m, "")).toBe("one line\nnone\n");
    }
  });

  it("with flags is a command like others", async () => {
    const noticed = new Noticed(shell, "exit 7");
    expect((await noticed.sandbox.run([launcher, "notice", "--json"])).exitCode).toBe(7);
    expect(calls(noticed.sandbox)).toEqual([[node, bundle, "notice", "--json"]]);
  });

  it("makes no process, starts no program and reads nothing but its record and the host name", async () => {
    const noticed = new Noticed(shell);
    const { sandbox, notice } = noticed;
    const strace = `/host${requireProgram("strace")}`;
    const traced = "trace=clone,clone3,fork,vfork,execve,open,openat";
    await sandbox.run([strace, "-f", "-qq", "-o", "/tmp/trace", "-e", traced, launcher, "notice"]);
    const trace = sandbox.read("/tmp/trace");
    expect(trace.match(/clone|fork/g)).toBeNull();
    expect(trace.match(/execve\(/g)).toHaveLength(1);
    const opened = [...trace.matchAll(/"(\/(?:home|etc|work|run|usr\/local)\/[^"]*)", [^)]*\) = \d/g)].map(
      (match) => match[1],
    );
    const allowed = ["/etc/ld.so.cache", launcher, `${notice}/now`, "/etc/hostname", `${notice}/looked`];
    expect(
      opened.filter((path) => path?.startsWith("/etc/ld.so") !== true && !allowed.includes(path ?? "")),
    ).toEqual([]);
    expect(opened).toContain(`${notice}/looked`);
  });

  it("keeps to its day by the clock that it sets itself", async () => {
    const noticed = new Noticed(shell);
    const due = Date.now() / 1000 + 3;
    utimesSync(noticed.sandbox.path(`${noticed.notice}/due`), due, due);
    await openTerminal(noticed);
    expect(calls(noticed.sandbox)).toEqual([]);
    await expect
      .poll(async () => {
        await openTerminal(noticed);
        return calls(noticed.sandbox).length;
      })
      .toBeGreaterThan(0);
    expect(Date.now() / 1000).toBeGreaterThan(due - 1);
  });
});
