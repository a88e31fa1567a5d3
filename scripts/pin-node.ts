import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { pathExists, remove } from "fs-extra/esm";
import { ID, ROOT } from "./build.ts";
import { BuildError } from "./bundle.ts";
import { isMain } from "./main-module.ts";
import { type NodePackages, fetchProgram, listVersions, newestOfAll } from "./node-packages.ts";
import { type Architecture, type NodeProgram, ARCHITECTURES, readNodeProgram } from "./node-program.ts";

const USAGE = `Usage: npm run pin:node -- [VERSION] [--copy FILE]... [--check]
  VERSION  the Node.js to pin; without it the newest of the line that is pinned
  --copy   another copy of bin/node, from elsewhere: it must be the same
  --check  writes nothing, and fails where the pinned sums are others`;

const DATA = join("features/src", ID, "node.sha256");
const architectures = Object.keys(ARCHITECTURES) as Architecture[];

export interface Pinning {
  readonly version?: string | undefined;
  /** Files that must be the same where they are of this version and architecture. */
  readonly copies: readonly string[];
  /** Files that are compared where they are; a distribution may have built its own. */
  readonly found: readonly string[];
  readonly check: boolean;
}

/**
 * Writes which Node.js install.sh provides into the checkout `root`, and says with what each program was compared.
 * @throws BuildError where a copy is another program, or `check` finds another sum; then nothing is written
 */
export async function pinNode(
  root: string,
  pinning: Pinning,
  packages: NodePackages,
  say: (line: string) => void,
): Promise<void> {
  const pinned = await readFile(join(root, DATA), "utf8");
  const version = pinning.version ?? (await newestOfLine(pinned, packages, pinning.check));
  if (Number(version.split(".")[0]) % 2 !== 0) throw new BuildError(`Node ${version} is no LTS version`);
  const folder = await mkdtemp(join(tmpdir(), "pin-node-"));
  try {
    const programs: NodeProgram[] = [];
    for (const architecture of architectures) {
      const program = await readNodeProgram(
        await fetchProgram(packages, version, architecture, await mkdtemp(join(folder, "package-"))),
      );
      if (program?.version !== version || program.architecture !== architecture)
        throw new BuildError(`The package of ${version} for ${architecture} holds no such Node.js`);
      programs.push(program);
    }
    for (const line of await compareCopies(programs, pinning)) say(line);
    const lines = renderPins(programs);
    if (!pinning.check) await writeFile(join(root, DATA), lines);
    else if (lines !== pinned)
      throw new BuildError(`${DATA} is not what the packages of ${version} have:\n${lines}`);
    say(lines.trimEnd());
  } finally {
    await remove(folder);
  }
}

/** Says of each program with which other copies it is the same. @throws BuildError where one that must be is not */
async function compareCopies(
  programs: readonly NodeProgram[],
  { copies, found }: Pinning,
): Promise<string[]> {
  const said: string[] = [];
  const compared = new Set<Architecture>();
  for (const path of [...copies, ...found]) {
    const mustMatch = copies.includes(path);
    const copy = await readNodeProgram(path);
    const program = programs.find(
      ({ version, architecture }) => version === copy?.version && architecture === copy.architecture,
    );
    const isSame = copy !== undefined && copy.sha256 === program?.sha256;
    if (mustMatch && !isSame)
      throw new BuildError(`${path} is another program: ${copy?.sha256 ?? "no Node.js"}`);
    if (program === undefined) continue;
    said.push(`${program.architecture}: ${isSame ? "the same as" : "not the same as"} ${path}`);
    if (isSame) compared.add(program.architecture);
  }
  const alone = programs.filter(({ architecture }) => !compared.has(architecture));
  return [
    ...said,
    ...alone.map(({ architecture, version }) => `${architecture}: no second copy of ${version} is at hand`),
  ];
}

/** As `sha256sum` writes it, with the paths of the official archives. */
export function renderPins(programs: readonly NodeProgram[]): string {
  return programs
    .map(
      ({ sha256, version, architecture }) => `${sha256}  node-v${version}-linux-${architecture}/bin/node\n`,
    )
    .join("");
}

async function newestOfLine(pinned: string, packages: NodePackages, keep: boolean): Promise<string> {
  const known = /node-v(\d+\.\d+\.\d+)-/.exec(pinned)?.[1] ?? "";
  if (keep) return known;
  const lists = await Promise.all(architectures.map((each) => listVersions(packages, each)));
  const newest = newestOfAll(lists, Number(known.split(".")[0]));
  if (newest === undefined)
    throw new BuildError(`no version of the line of ${known || "none"} is in all packages`);
  return newest;
}

/** Every `node` on PATH, and the one that runs this. */
async function nodesOfThisMachine(): Promise<string[]> {
  const named = (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, "node"));
  const there = await Promise.all(
    [process.execPath, ...named].map(async (path) => ((await pathExists(path)) ? path : [])),
  );
  return [...new Set(there.flat())];
}

if (isMain(import.meta.url)) {
  try {
    const options = { copy: { type: "string", multiple: true }, check: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const [version, ...more] = positionals;
    if (more.length > 0 || (version !== undefined && !/^\d+\.\d+\.\d+$/.test(version)))
      throw new BuildError(USAGE);
    const found = await nodesOfThisMachine();
    const pinning = { version, copies: values.copy ?? [], found, check: values.check ?? false };
    await pinNode(ROOT, pinning, { npm: "npm" }, console.log);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`pin:node: ${error.message}`);
    process.exitCode = 1;
  }
}
