import {
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { FileSystem } from "../../../src/apply/file-system.ts";
import { LockSeeker } from "../../../src/apply/lock/lock-seeker.ts";
import { LockSet } from "../../../src/apply/lock/lock-set.ts";
import { takeLocks } from "../../../src/apply/lock/take-locks.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { systemError } from "../../../src/errors.ts";

/** Time that goes by only while somebody sleeps, with what others do meanwhile. */
class PlayedClock {
  slept = 0;
  readonly #meanwhile: (slept: number) => void;

  constructor(meanwhile: (slept: number) => void = () => undefined) {
    this.#meanwhile = meanwhile;
  }

  readonly #began = Date.now();
  now = (): number => this.#began + this.slept;
  elapsed = (): number => this.slept;
  sleep = (milliseconds: number): Promise<void> => {
    this.slept += milliseconds;
    this.#meanwhile(this.slept);
    return Promise.resolve();
  };
}

const S = 1000;
const NAMES = [".oauth_refresh.lock", ".storage-write.lock"];

function places(): { directory: string; paths: string[] } {
  const directory = mkdtempSync(join(tmpdir(), "claude-credentials-lock-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return { directory, paths: NAMES.map((name) => join(directory, name)) };
}

function want(paths: readonly string[], clock: PlayedClock, wait: number, fs: FileSystem = nodeFileSystem) {
  return takeLocks({ fs, clock, paths, wait, limit: 20 * S, pulse: () => undefined });
}

/** @param age seconds; negative for the future */
function heldLock(path: string, age = 0): void {
  mkdirSync(path);
  const time = Date.now() / 1000 - age;
  utimesSync(path, time, time);
}

function touch(path: string, clock: PlayedClock): void {
  const time = clock.now() / 1000;
  utimesSync(path, time, time);
}

/** The real file system; right before call `at` from now on somebody else does something. */
function hooked(): { fs: FileSystem; arm: (at: number, work: () => void) => void } {
  let left = -1;
  let hook: () => void = () => undefined;
  const port: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(nodeFileSystem)) {
    port[name] = (...args: unknown[]): unknown => {
      if (left === 0) hook();
      left -= 1;
      return (call as (...given: unknown[]) => unknown)(...args);
    };
  }
  const arm = (at: number, work: () => void): void => {
    left = at;
    hook = work;
  };
  return { fs: port as unknown as FileSystem, arm };
}

describe("locks that nobody holds", () => {
  test("are directories of that name while they are held, and gone afterwards", async () => {
    const { directory, paths } = places();
    const locks = await want(paths, new PlayedClock(), 0);
    expect(locks).toBeInstanceOf(LockSet);
    expect(readdirSync(directory).sort()).toEqual(NAMES.flatMap((name) => [name, `${name}.owner`]));
    (locks as LockSet).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("are done without where nothing can be made: whoever works there takes none either", async () => {
    const { directory, paths } = places();
    const refusing: FileSystem = {
      ...nodeFileSystem,
      mkdir: (path, mode) => {
        if (path.toString().includes("storage")) throw systemError("EACCES", "refused", path.toString());
        nodeFileSystem.mkdir(path, mode);
      },
    };
    const locks = (await want(paths, new PlayedClock(), 0, refusing)) as LockSet;
    locks.check();
    locks.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("one that cannot be made for want of room gives the others back", async () => {
    const { directory, paths } = places();
    const full: FileSystem = {
      ...nodeFileSystem,
      mkdir: (path, mode) => {
        if (path.toString().includes("storage")) throw systemError("ENOSPC", "full", path.toString());
        nodeFileSystem.mkdir(path, mode);
      },
    };
    await expect(want(paths, new PlayedClock(), 0, full)).rejects.toThrow("ENOSPC");
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("a lock that somebody holds", () => {
  test("E03: for 5 s is waited for", async () => {
    const { paths } = places();
    const [, second = ""] = paths;
    const clock = new PlayedClock((slept) => {
      if (slept >= 5 * S && existsSync(second) && clock.slept < 5.2 * S) rmdirSync(second);
      else if (existsSync(second)) touch(second, clock);
    });
    heldLock(second);
    expect(await want(paths, clock, 10 * S)).toBeInstanceOf(LockSet);
    expect(clock.slept).toBeGreaterThanOrEqual(5 * S);
    expect(clock.slept).toBeLessThan(6 * S);
  });

  test("E03: for 10 min is given up after the wait, and none of the others is held meanwhile", async () => {
    const { directory, paths } = places();
    const [first = "", second = ""] = paths;
    const seen: boolean[] = [];
    const clock = new PlayedClock(() => {
      seen.push(existsSync(first));
      touch(second, clock);
    });
    heldLock(second);
    const answer = await want(paths, clock, 10 * S);
    expect(answer).toMatchObject({ path: second });
    expect(clock.slept).toBe(10 * S);
    expect(seen).not.toContain(true);
    expect(readdirSync(directory)).toEqual([NAMES[1]]);
  });

  test.each([
    ["an hour behind", 3600, 8 * S],
    ["an hour ahead", -3600, 65 * S],
    ["of now", 0, 60 * S],
  ])("E04: and nobody touches, its time %s, is taken over", async (_, age, after) => {
    const { directory, paths } = places();
    for (const path of paths) heldLock(path, age);
    const clock = new PlayedClock();
    const locks = await want(paths, clock, 70 * S);
    expect(locks).toBeInstanceOf(LockSet);
    expect(clock.slept).toBeGreaterThanOrEqual(after);
    expect(clock.slept).toBeLessThan(after + S);
    (locks as LockSet).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("E05: and is stale has exactly one new owner, at whatever call of one taker the other comes", async () => {
    for (let at = 0, isOver = false; !isOver; at += 1) {
      const { paths } = places();
      const [path = ""] = paths;
      heldLock(path, 3600);
      const clock = new PlayedClock();
      const hook = hooked();
      const mine = new LockSeeker({ fs: hook.fs, clock, paths: [path], limit: null });
      const other = new LockSeeker({ fs: nodeFileSystem, clock, paths: [path], limit: null });
      const others: unknown[] = [other.attempt()];
      mine.attempt();
      await clock.sleep(9 * S);
      hook.arm(at, () => others.push(other.attempt()));
      const result = mine.attempt();
      isOver = others.length === 1;
      const owners = [result, ...others].filter((answer) => answer instanceof LockSet);
      expect(owners, `the other comes at call ${at.toString()}`).toHaveLength(1);
      owners[0]?.check();
      owners[0]?.release();
    }
  });

  test.each(["EINVAL", "ENOENT", "ESTALE"])(
    "E06: that is shown and answers %s is treated as gone, without an endless loop",
    async (code) => {
      const { paths } = places();
      const [path = ""] = paths;
      heldLock(path, 3600);
      let calls = 0;
      const refuse = (): never => {
        calls += 1;
        throw systemError(code, "phantom", path);
      };
      const phantom: FileSystem = {
        ...nodeFileSystem,
        rename: refuse,
        rmdir: (at) => {
          if (at.toString() === path) refuse();
          nodeFileSystem.rmdir(at);
        },
      };
      const locks = await want([path], new PlayedClock(), 10 * S, phantom);
      expect(locks).toBeInstanceOf(LockSet);
      expect(calls).toBeLessThan(5);
      (locks as LockSet).check();
      (locks as LockSet).release();
    },
  );

  test.each(["a file", "a dangling link", "a link to a directory"])(
    "F08: planted as %s is not followed",
    async (what) => {
      const { directory, paths } = places();
      const [path = ""] = paths;
      mkdirSync(join(directory, "elsewhere"));
      if (what === "a file") writeFileSync(path, "x");
      else symlinkSync(join(directory, what === "a dangling link" ? "nowhere" : "elsewhere"), path);
      lutimesSync(path, 1, 1);
      const locks = (await want([path], new PlayedClock(), 10 * S)) as LockSet;
      locks.check();
      locks.release();
      expect(readdirSync(directory)).toEqual(["elsewhere"]);
      expect(readdirSync(join(directory, "elsewhere"))).toEqual([]);
    },
  );
});

describe("a lock of ours", () => {
  test("that somebody took over is noticed, and left to its new owner", async () => {
    const { paths } = places();
    const [path = ""] = paths;
    const locks = (await want([path], new PlayedClock(), 0)) as LockSet;
    rmdirSync(path);
    heldLock(path, 1);
    expect(() => {
      locks.check();
    }).toThrow("ESTALE");
    locks.release();
    expect(existsSync(path)).toBe(true);
  });

  test("is touched from inside the work, and for 20 s at most", async () => {
    const { paths } = places();
    const clock = new PlayedClock();
    const locks = (await want(paths, clock, 0)) as LockSet;
    const before = nodeFileSystem.lstat(paths[0] ?? "")?.modifiedNs ?? 0n;
    await clock.sleep(5 * S);
    locks.touch();
    const after = nodeFileSystem.lstat(paths[0] ?? "")?.modifiedNs ?? 0n;
    expect(after - before).toBeGreaterThan(4_000_000_000n);
    await clock.sleep(16 * S);
    expect(() => {
      locks.touch();
    }).toThrow("ETIME");
    locks.release();
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });
});
