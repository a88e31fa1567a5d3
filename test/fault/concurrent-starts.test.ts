import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt, ROOT } from "../../scripts/build.ts";
import { write } from "./place.ts";
import { login } from "./scenarios.ts";

const BUNDLE = join(ROOT, "dist/features/src/claude-credentials/claude-credentials.mjs");
const DAY = 1_800_000_000_000;
const HOUR = 3_600_000;

/** How often each number of starts is let loose: a hundred times with `SOAK=1`. */
const ROUNDS =
  process.env["SOAK"] === "1" || process.env["FAULTS"] === "all"
    ? 100
    : process.env["FAULTS"] === "some"
      ? 1
      : 12;

const isRoot = process.geteuid?.() === 0;

beforeAll(async () => {
  await ensureBuilt();
}, 120_000);

test.each([2, 4, 8])(
  `E01: %i containers that start at once on one store end in one right state (${ROUNDS.toString()} rounds)`,
  { timeout: ROUNDS * 60_000 },
  async (count) => {
    for (let round = 0; round < ROUNDS; round += 1) expect(await startAtOnce(count, round)).toEqual([]);
  },
);

/**
 * On a disk: a store in memory does not persist, and that would be said.
 * @returns what is not as it must be
 */
async function startAtOnce(count: number, round: number): Promise<string[]> {
  const root = mkdtempSync("/var/tmp/cc-soak-");
  try {
    const store = join(root, "volume");
    if (isRoot && round % 2 === 1) giveAway(store);
    const homes = Array.from({ length: count }, (_, index) => makeHome(root, index, round));
    const runs = await Promise.all(homes.map((home) => start(home, root, store)));
    const wrong = runs.flatMap(({ exitCode, all }) =>
      exitCode === 0 ? [] : [`exit ${String(exitCode)}: ${all}`],
    );
    return [
      ...wrong,
      ...homes.flatMap((home, index) => homeFaults(home, store, index)),
      ...storeFaults(store, count),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** A volume that is another user's, for whom root makes all that is missing. */
function giveAway(store: string): void {
  mkdirSync(store);
  chownSync(store, 1000, 1000);
}

/** Distinct logins: which home holds the newest changes from round to round. */
function makeHome(root: string, index: number, round: number): string {
  const home = join(root, `home-${index.toString()}`);
  const name = index.toString();
  write(join(home, ".claude/.credentials.json"), login(name, DAY + ((index + round) % 8) * HOUR));
  write(join(home, ".claude/history.jsonl"), `history of ${name}\n`);
  write(join(home, `.claude/projects/-${name}/talk.jsonl`), `talk of ${name}\n`);
  write(join(home, `.claude/projects/-work/${name}.jsonl`), `work of ${name}\n`);
  write(join(home, ".claude.json"), JSON.stringify({ hasCompletedOnboarding: true, numStartups: index }));
  return home;
}

async function start(home: string, root: string, store: string) {
  const args = ["start", "--strict", "--home", home, "--store", store, "--workspace", root];
  return await execa(process.execPath, [BUNDLE, ...args], { reject: false, all: true, env: { HOME: home } });
}

function homeFaults(home: string, store: string, index: number): string[] {
  const name = index.toString();
  const links = [
    [".claude", `${store}/.claude-credentials`],
    [".claude.json", `${store}/.claude-credentials/.claude.json`],
  ] as const;
  return [
    ...links.flatMap(([path, target]) => {
      const at = join(home, path);
      const isLink = lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true;
      return isLink && readlinkSync(at) === target ? [] : [`${name}: ${path} is not linked`];
    }),
    ...[`projects/-${name}/talk.jsonl`, `projects/-work/${name}.jsonl`].flatMap((path) =>
      existsSync(join(home, ".claude", path)) ? [] : [`${name}: ${path} is gone`],
    ),
    ...readdirSync(home)
      .filter((entry) => ![".claude", ".claude.json", ".cache"].includes(entry))
      .map((entry) => `${name}: ${entry} is left over`),
  ];
}

function storeFaults(store: string, count: number): string[] {
  const files = filesBelow(store);
  const contents = new Set(files.map((path) => readFileSync(path, "utf8")));
  const live = readFileSync(join(store, ".claude-credentials/.credentials.json"), "utf8");
  const all = Array.from({ length: count }, (_, index) => index.toString());
  const newest = files
    .filter((path) => path.includes("/.credentials.json"))
    .map((path) => JSON.parse(readFileSync(path, "utf8")) as { claudeAiOauth: { expiresAt: number } })
    .reduce((best, { claudeAiOauth }) => Math.max(best, claudeAiOauth.expiresAt), 0);
  return [
    ...(live.includes(`"expiresAt":${newest.toString()}`) ? [] : ["the newest login is not live"]),
    ...all.flatMap((name) =>
      contents.has(`history of ${name}\n`) ? [] : [`the history of ${name} is lost`],
    ),
    ...all.flatMap((name) =>
      [...contents].some((content) => content.includes(`access-${name}"`))
        ? []
        : [`the login of ${name} is lost`],
    ),
    ...readdirSync(store, { recursive: true, encoding: "utf8" })
      .filter((path) => /incoming|[.]lock/.test(path))
      .map((path) => `${path} is left over`),
  ];
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
