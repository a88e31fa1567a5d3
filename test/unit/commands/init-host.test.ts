import { chmodSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, test } from "vitest";
import type { FileSystem, Owner } from "../../../src/apply/file-system.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { initOn } from "../../../src/commands/init.ts";
import { type Host, hostOf } from "../../../src/init/host.ts";
import { parseInitOptions } from "../../../src/init/options.ts";
import { builtFiles, read, setUp, snapshot, writeTree } from "../init/fixture.ts";
import { NOBODY_THERE } from "../../support/context.ts";

const CONFIG = ".devcontainer/devcontainer.json";
const COPY = ".devcontainer/claude-credentials";
const PLAIN = '// c\n{\n  "image": "x",\n}\n';

function initAt(host: Host, project: string, bundle: string): { code: number; out: string; err: string } {
  let [out, err] = ["", ""];
  const context = {
    env: {},
    cwd: project,
    version: "1.0.0",
    bundlePath: bundle,
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    ...NOBODY_THERE,
  };
  return { code: initOn(host, parseInitOptions([], context), context), out, err };
}

const MUTATIONS = [
  "openNew",
  "write",
  "fsync",
  "mkdir",
  "rename",
  "unlink",
  "chmod",
  "lchown",
  "syncDirectory",
] as const;

/**
 * A host whose call number `failing` among those that change something fails, and where `lasting` every later one
 * too, as if the process were dead; `count` is how many calls there were.
 */
function faulty(failing: number, lasting: boolean): { host: Host; count: () => number } {
  let calls = 0;
  const fs: Record<string, unknown> = { ...nodeFileSystem };
  for (const name of MUTATIONS) {
    const real = nodeFileSystem[name].bind(nodeFileSystem) as (...args: unknown[]) => unknown;
    fs[name] = (...args: unknown[]): unknown => {
      calls += 1;
      if (calls === failing || (lasting && calls > failing)) {
        throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: "ENOSPC" });
      }
      // Flushing costs much and shows nothing here.
      return name === "fsync" || name === "syncDirectory" ? undefined : real(...args);
    };
  }
  return { host: { fs: fs as unknown as FileSystem, keepsModes: true, isRoot: false }, count: () => calls };
}

const STARTS: Record<string, Record<string, string>> = {
  "an empty project": {},
  "an existing configuration": { [CONFIG]: PLAIN },
  "an older copy": {
    [CONFIG]: '{ "features": { "./claude-credentials": {} } }',
    ...Object.fromEntries(
      Object.entries(builtFiles("claude-credentials", "0.9.0")).map(([name, text]) => [
        `${COPY}/${name}`,
        text,
      ]),
    ),
    [`${COPY}/stale`]: "x",
  },
};

const MATRIX = Object.entries(STARTS).flatMap(([name, files]) => [
  { name, files, lasting: false },
  { name, files, lasting: true },
]);

describe("whichever system call fails", () => {
  for (const { name, files, lasting } of MATRIX) {
    test(`${name}, ${lasting ? "all from there on" : "that one alone"}: the configuration is the old or the new one, never names what is not there, and the next run finishes`, () => {
      const good = setUp(files);
      const sound = faulty(0, false);
      initAt(sound.host, good.project, good.bundle);
      const wanted = snapshot(good.project);
      expect(sound.count()).toBeGreaterThan(10);

      for (let call = 1; call <= sound.count(); call += 1) {
        const { project, bundle } = setUp(files);
        const before = files[CONFIG] ?? null;
        const { code, out, err } = initAt(faulty(call, lasting).host, project, bundle);
        expect([call, code, out]).toEqual([call, 1, ""]);
        expect(err).toMatch(/^Could not finish .*[^]*failed .*no space left on device \(ENOSPC\) at \//);

        const left = snapshot(project);
        const config = Object.hasOwn(left, CONFIG) ? read(project, CONFIG) : null;
        if (config !== before) {
          expect(config).toBe(read(good.project, CONFIG));
          for (const file of Object.keys(wanted)) expect(Object.keys(left)).toContain(file);
        }
        for (const file of Object.keys(left).filter(
          (entry) => !entry.includes("incoming") && left[entry]?.startsWith("file"),
        )) {
          // Each file is whole: as it was, or as it will be.
          expect([files[file], read(good.project, Object.hasOwn(wanted, file) ? file : CONFIG)]).toContain(
            read(project, file),
          );
        }
        expect(initAt(hostOf("linux", 1000), project, bundle).code).toBe(0);
        expect(snapshot(project)).toEqual(wanted);
      }
    });
  }
});

describe("what cannot be written is found before the first write", () => {
  test.each([
    ["the folder of the configuration", ".devcontainer"],
    ["the configuration", CONFIG],
    ["the folder of the copy", COPY],
    ["a file of the copy", `${COPY}/install.sh`],
  ])("%s", (_, name) => {
    const { project, bundle } = setUp({ [CONFIG]: PLAIN });
    writeTree(path.join(project, COPY), {
      ...builtFiles("claude-credentials", "0.9.0"),
      "install.sh": "#!/bin/sh\n",
    });
    const blocked = path.join(project, name);
    const fs: FileSystem = { ...nodeFileSystem, canWrite: (file) => file !== blocked };
    const before = snapshot(project);
    expect(() => initAt({ fs, keepsModes: true, isRoot: false }, project, bundle)).toThrow(
      `${blocked} is not writable`,
    );
    expect(snapshot(project)).toEqual(before);
  });

  test("a project folder in which nothing can be made", () => {
    const { project, bundle } = setUp();
    const fs: FileSystem = { ...nodeFileSystem, canWrite: (file) => file !== project };
    expect(() => initAt({ fs, keepsModes: true, isRoot: false }, project, bundle)).toThrow(
      `${project} is not writable`,
    );
    expect(snapshot(project)).toEqual({});
  });
});

test("what cannot be read is a refusal, not a crash", () => {
  const { project, bundle } = setUp({ [CONFIG]: PLAIN });
  const openForReading: FileSystem["openForReading"] = (file) => {
    if (String(file).endsWith(CONFIG))
      throw Object.assign(new Error("EACCES: permission denied, open"), { code: "EACCES" });
    return nodeFileSystem.openForReading(file);
  };
  expect(() =>
    initAt({ fs: { ...nodeFileSystem, openForReading }, keepsModes: true, isRoot: false }, project, bundle),
  ).toThrow(`${project} could not be read (EACCES: permission denied, open)`);
});

describe("owners", () => {
  function ownersGiven(host: Omit<Host, "fs">, project: string, bundle: string): Map<string, Owner> {
    const given = new Map<string, Owner>();
    const fs: FileSystem = {
      ...nodeFileSystem,
      lstat: (file) => withOwner(nodeFileSystem.lstat(file), String(file).endsWith(CONFIG) ? 1234 : 1000),
      stat: (file) => withOwner(nodeFileSystem.stat(file), 1000),
      lchown: (file, owner) => {
        given.set(String(file), owner);
      },
    };
    initAt({ ...host, fs }, project, bundle);
    return given;
  }
  const withOwner = <T extends object>(stat: T | null, uid: number): T | null =>
    stat && { ...stat, uid, gid: uid };

  test("root gives what it makes to the project's owner, and leaves the configuration its own", () => {
    const { project, bundle } = setUp({ [CONFIG]: PLAIN });
    const given = [...ownersGiven({ keepsModes: true, isRoot: true }, project, bundle)];
    expect(given).toHaveLength(8);
    expect(given.slice(0, -1).every(([, { uid, gid }]) => uid === 1000 && gid === 1000)).toBe(true);
    expect(given.at(-1)?.[1]).toEqual({ uid: 1234, gid: 1234 });
  });

  test("nobody else gives anything away", () => {
    const { project, bundle } = setUp({ [CONFIG]: PLAIN });
    expect(ownersGiven({ keepsModes: true, isRoot: false }, project, bundle).size).toBe(0);
  });
});

test("on Windows no folder is flushed and executable bits are nobody's business", () => {
  const { project, bundle } = setUp();
  const host = hostOf("win32", undefined);
  expect(() => {
    host.fs.syncDirectory(path.join(project, "not there"));
  }).not.toThrow();
  initAt(host, project, bundle);
  chmodSync(path.join(project, COPY, "install.sh"), 0o644);
  expect(initAt(host, project, bundle).out).toMatch(/^Nothing to do/);
});

test("no leftovers of a killed run stay beside the copy's files", () => {
  const { project, bundle } = setUp();
  mkdirSync(path.join(project, COPY), { recursive: true });
  writeTree(path.join(project, COPY), { ".claude-credentials-incoming-00112233445566ff": "half a manifest" });
  initAt(hostOf("linux", 1000), project, bundle);
  expect(Object.keys(snapshot(path.join(project, COPY)))).toEqual(
    [...Object.keys(builtFiles()), ".gitattributes"].sort(),
  );
});
