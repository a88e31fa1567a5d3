import { spawn } from "node:child_process";
import { lstatSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { login, state } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { directory, fifo, file } from "../../support/tree.ts";

// The time that a start may take is measured by each test.
vi.setConfig({ testTimeout: 60_000 });

const MAY_TAKE = 5_000;
const GIB = 1024 ** 3;
const SECRETS = "work/.devcontainer.secrets";
const GIT_STORE = "work/.git/claude-credentials";
const CREDENTIAL = ".claude-credentials/.credentials.json";
const INCOMING = ".claude-credentials-incoming-00000000-1-abc";

const STORE_NAMES = [
  "format",
  "backups",
  "env-vars/.claude-code-env",
  ".claude-credentials-start.lock",
  INCOMING,
  CREDENTIAL,
  ".claude-credentials/.claude.json",
  ".claude-credentials/.oauth_refresh.lock",
  ".claude-credentials.lock",
];

/** Names that somebody else might be the first to use, each with the option `store` that has us use them. */
const NAMES: readonly (readonly [path: string, store: string])[] = [
  ...STORE_NAMES.flatMap((name) => [
    [`${GIT_STORE}/${name}`, "git"] as const,
    [`${SECRETS}/${name}`, "workspace"] as const,
  ]),
  [`${SECRETS}/.gitignore`, "workspace"],
  [`${SECRETS}/.git`, "workspace"],
  [`${SECRETS}/.git/HEAD`, "workspace"],
  [`${SECRETS}/claude-credentials.json`, "workspace"],
  ["work/.git/info", "workspace"],
  ["work/.git/info/exclude", "workspace"],
  [`work/.git/info/${INCOMING}`, "workspace"],
  [`${GIT_STORE}/last-known-good`, "workspace"],
  [`${GIT_STORE}/last-known-good/.credentials.json`, "workspace"],
  [`${GIT_STORE}/last-known-good/.claude.json`, "workspace"],
  [`${GIT_STORE}/delivered`, "workspace"],
  ["home/.cache/claude-credentials/stamp", "git"],
  [`home/${INCOMING}`, "git"],
  ["home/.claude.lock", "git"],
];

type Plant = (machine: TestMachine, path: string) => void;

const SHAPES: readonly (readonly [shape: string, plant: Plant])[] = [
  [
    "a link to a file of the user's",
    (machine, path) => {
      machine.relink(path, `${machine.home}/.ssh/id_ed25519`);
    },
  ],
  [
    "a link to a directory of the user's",
    (machine, path) => {
      machine.relink(path, `${machine.home}/.ssh`);
    },
  ],
  [
    "a FIFO",
    (machine, path) => {
      machine.add({ [path]: fifo() });
      // Whoever opened it and waits is let go, too late.
      const opens = spawn("sh", ["-c", 'sleep 6; exec 3<>"$1"', "sh", machine.path(path)], {
        stdio: "ignore",
      });
      onTestFinished(() => {
        opens.kill();
      });
    },
  ],
  [
    "a directory",
    (machine, path) => {
      machine.add({ [`${path}/sub/x`]: file("x") });
    },
  ],
  [
    "a file of 1 GiB",
    (machine, path) => {
      machine.add({ [path]: file("x") });
      truncateSync(machine.path(path), GIB);
    },
  ],
];

/** What is true of each start, whatever lies there. */
async function expectHarmless(machine: TestMachine, path: string, store: string): Promise<void> {
  const begun = performance.now();
  machine.slept = 0;
  const { code, report } = await machine.start("--store", store);
  expect(performance.now() - begun).toBeLessThan(MAY_TAKE);
  // A lock that nobody touches is old after 8 s.
  expect(machine.slept).toBeLessThan(10_000);
  expect(code).toBe(0);
  expect(report.findings.map((told) => [told.code, told.path])).toEqual(
    report.findings.length === 0 ? [] : [["STORE_UNSAFE", machine.path(path)]],
  );
  expect(report.outcome === "persistent" || report.findings.length === 1).toBe(true);
  expect(machine.snapshot("home/.ssh")).toEqual({ id_ed25519: "file 0600 a key" });
  // The client writes to a directory of its own, and not to what was planted.
  writeFileSync(machine.path("home/.claude/history.jsonl"), "one\n");
  const live = realpathSync(machine.path("home/.claude"));
  expect([`${store === "git" ? GIT_STORE : SECRETS}/.claude-credentials`, "home/.claude", BUILD]).toContain(
    live.slice(machine.root.length + 1),
  );
}

const BUILD = "home/.local/share/claude-credentials/.claude-credentials";

describe.each(["before the first start", "in a store that is in use"])("F08: planted %s", (when) => {
  describe.each(NAMES)("%s, with store %s", (path, store) => {
    test.each(SHAPES)("as %s: not followed, no hang, told or harmless", async (_, plant) => {
      const machine = new TestMachine({
        repository: true,
        tree: {
          "home/.ssh/id_ed25519": file("a key"),
          "home/.claude/.credentials.json": file(login("home")),
          "home/.claude.json": file(state("me@acme")),
        },
      });
      if (when === "in a store that is in use") await machine.start("--store", store);
      rmSync(machine.path(path), { recursive: true, force: true });
      machine.add({ [dirname(path)]: directory(path.startsWith("home/") ? 0o755 : 0o700) });
      plant(machine, path);

      await expectHarmless(machine, path, store);
      await expectHarmless(machine, path, store);

      // The login is where it was, unless that is what was put there instead.
      const kept = [
        `home/.claude/.credentials.json`,
        `${store === "git" ? GIT_STORE : SECRETS}/${CREDENTIAL}`,
      ];
      const isThere = (at: string): boolean =>
        lstatSync(machine.path(at), { throwIfNoEntry: false })?.size === login("home").length;
      expect(kept.some(isThere) || path.endsWith(CREDENTIAL)).toBe(true);
    });
  });
});
