import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bundle } from "../../scripts/bundle.ts";
import { amount } from "./drawing.ts";
import { FAST, makePlace, removePlace, runStart, write, type Place } from "./place.ts";
import { login } from "./scenarios.ts";

const ROOT = join(import.meta.dirname, "../..");
const FULL = amount() === "all";
const FILES = FULL ? 100_000 : 5_000;
const BYTES = FULL ? 10_000 : 2_000;
/** Far fewer than there are files, and a few more than Node itself needs. */
const DESCRIPTORS = 64;

function directory(below: string): string {
  const path = mkdtempSync(join(below, "cc-big-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  }, 300_000);
  return path;
}

function contentOf(name: string, bytes: number): string {
  return name.padEnd(bytes, `${name} `);
}

/** One wide directory, many narrow ones and a deep one. */
function nameOf(number: number): string {
  if (number % 5 === 0) return `wide/${number.toString()}`;
  if (number % 97 === 0) return `${"deep/".repeat(40)}${number.toString()}`;
  return `projects/-w${(number % 211).toString()}/${(number % 7).toString()}/${number.toString()}`;
}

function fill(root: string, files: number, bytes: number): void {
  const made = new Set<string>();
  for (let number = 0; number < files; number += 1) {
    const path = join(root, nameOf(number));
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(parent)) mkdirSync(parent, { recursive: true, mode: 0o700 });
    made.add(parent);
    writeFileSync(path, contentOf(nameOf(number), bytes));
  }
}

interface Figures {
  readonly status: number | null;
  readonly output: string;
  readonly peakMegabytes: number;
  readonly seconds: number;
  /** The longest time without a word. */
  readonly silence: number;
}

function measure(scratch: string, args: readonly string[]): Promise<Figures> {
  const [peak, preload] = [join(scratch, "peak"), join(scratch, "peak.cjs")];
  const write = `require("node:fs").writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS))`;
  writeFileSync(preload, `process.on("exit", () => { ${write}; });\n`);
  const shell = `ulimit -n ${DESCRIPTORS.toString()} && exec "$@"`;
  const started = performance.now();
  const child = spawn("sh", ["-c", shell, "sh", process.execPath, "--require", preload, ...args]);
  let [output, spoke, silence] = ["", started, 0];
  const hear = (text: string): void => {
    output += text;
    silence = Math.max(silence, performance.now() - spoke);
    spoke = performance.now();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (status) => {
      hear("");
      const seconds = (performance.now() - started) / 1000;
      const peakMegabytes = Number(readFileSync(peak, "utf8")) / 1024;
      resolve({ status, output, peakMegabytes, seconds, silence: silence / 1000 });
    });
  });
}

test.each([
  ["within one file system", tmpdir()],
  ["from one file system to another", FAST],
])(
  `B05: ${FILES.toString()} files are moved ${FULL ? "(1 GB) " : ""}%s: little memory, few descriptors, no long silence`,
  { timeout: 600_000 },
  async (where, homeOn) => {
    const [scratch, home] = [directory(tmpdir()), directory(homeOn)];
    const workspace = join(scratch, "workspace");
    for (const name of ["objects", "refs"]) mkdirSync(join(workspace, ".git", name), { recursive: true });
    writeFileSync(join(workspace, ".git/HEAD"), "ref: refs/heads/main\n");
    const client = join(home, ".claude");
    fill(client, FILES, BYTES);
    write(join(client, ".credentials.json"), login("big", Date.now() + 3_600_000));
    await bundle(ROOT, scratch, "claude-credentials", "1.0.0");

    const program = join(scratch, "claude-credentials.mjs");
    const args = [program, "start", "--strict", "--home", home, "--workspace", workspace];
    const { status, output, peakMegabytes, seconds, silence } = await measure(scratch, args);
    console.log(
      `B05 ${where}: ${FILES.toString()} files in ${seconds.toFixed(1)} s, at most ${peakMegabytes.toFixed(0)} MB`,
    );
    expect(status, output).toBe(0);
    expect(lstatSync(client).isSymbolicLink()).toBe(true);
    for (let number = 0; number < FILES; number += 1) {
      const name = nameOf(number);
      if (readFileSync(join(client, name), "utf8") !== contentOf(name, BYTES))
        throw new Error(`${name} is torn`);
    }
    expect(readdirSync(home).filter((name) => name.startsWith(".claude-credentials"))).toEqual([]);
    expect(peakMegabytes).toBeLessThan(200);
    expect(seconds).toBeLessThan(120);
    expect(silence).toBeLessThan(10);
  },
);

/** Calls that a start makes on `files` files in the home. */
async function callsFor(files: number, prepare: (place: Place, files: number) => void): Promise<number> {
  const place = makePlace("git");
  try {
    fill(join(place.home, ".claude/more"), files, 10);
    prepare(place, files);
    const { exitCode, calls, err } = await runStart(place);
    expect(exitCode, err).toBe(0);
    return calls.length;
  } finally {
    removePlace(place);
  }
}

test.each<readonly [string, (place: Place, files: number) => void]>([
  ["a first move", () => undefined],
  [
    "a rebuild in which every file loses, beside a dozen backups",
    (place, files) => {
      const store = join(place.store, ".claude-credentials");
      for (let number = 0; number < files; number += 1)
        write(join(store, "more", nameOf(number)), `the store's ${number.toString()}`);
      for (let backup = 0; backup < 12; backup += 1)
        write(join(place.store, `backups/2020010${backup.toString()}-x/.credentials.json`), "{}");
    },
  ],
])("B05: the calls of %s grow with the files and no faster", async (_, prepare) => {
  const [one, two, four] = [
    await callsFor(1000, prepare),
    await callsFor(2000, prepare),
    await callsFor(4000, prepare),
  ];
  const growth = (four - two) / (two - one) / 2;
  expect(growth).toBeLessThan(1.05);
});
