import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { judgeHolder, removeLockOwner, writeLockOwner } from "../../../src/apply/lock/lock-owner.ts";
import { judge, look, NAMESPACE, plant, scene, startOf, write } from "../../support/lock-scene.ts";

describe("the file of ours", () => {
  test("says what the client's own says, births as Node has them", () => {
    const at = scene();
    write(at);
    expect(JSON.parse(readFileSync(at.owner, "utf8"))).toEqual({
      pid: process.pid,
      procStart: startOf(process.pid),
      pidDomain: `linux:0123456789abcdef0123456789abcdef:${NAMESPACE}`,
      pidSpace: `${hostname()}#${NAMESPACE}`,
      lockBirthtimeMs: statSync(at.refresh).birthtimeMs,
      legacyLockBirthtimeMs: statSync(at.legacy).birthtimeMs,
    });
    expect(statSync(at.owner).mode & 0o777).toBe(0o600);
  });

  test("speaks of the refresh lock alone until the other is taken", () => {
    const at = scene();
    writeLockOwner(at.fs, at.refresh, look(at.fs, at.refresh));
    expect(JSON.parse(readFileSync(at.owner, "utf8"))).not.toHaveProperty("legacyLockBirthtimeMs");
    expect(judge(at)).toBe("alive");
    expect(judgeHolder(at.fs, at.legacy, look(at.fs, at.legacy))).toBe("unknown");
  });

  test("shows that its holder lives, to both locks", () => {
    const at = scene();
    write(at);
    expect(judge(at)).toBe("alive");
    expect(judgeHolder(at.fs, at.legacy, look(at.fs, at.legacy))).toBe("alive");
  });

  test.each([
    ...[".claude-credentials-start.lock", "config/.storage-write.lock", ".claude.json.lock"],
    ...["config/.claude-credentials-session-a.lock", "config/.claude-credentials-session-b.lock.lock"],
  ])("is written beside %s as well, and beside no other", (name) => {
    const at = scene();
    const path = `${at.root}/${name}`;
    mkdirSync(path);
    writeLockOwner(at.fs, path, look(at.fs, path));
    expect(judgeHolder(at.fs, path, look(at.fs, path))).toBe("alive");
    expect(existsSync(at.owner)).toBe(false);
    removeLockOwner(at.fs, path);
    expect(existsSync(`${path}.owner`)).toBe(false);
  });

  test("goes with its lock, another holder's stays", () => {
    const at = scene();
    write(at);
    removeLockOwner(at.fs, at.refresh);
    expect(existsSync(at.owner)).toBe(false);

    plant(at, { lockBirthtimeMs: 1, legacyLockBirthtimeMs: 2 });
    removeLockOwner(at.fs, at.refresh);
    removeLockOwner(at.fs, at.legacy);
    expect(existsSync(at.owner)).toBe(true);
  });

  test("takes the place of one that a killed run left", () => {
    const at = scene();
    writeFileSync(at.owner, "{torn");
    write(at);
    expect(judge(at)).toBe("alive");
  });

  test.each([
    ["a full disk", "ENOSPC"],
    ["a disk that fails", "EIO"],
  ])("is done without on %s", (_, code) => {
    const at = scene();
    const fs = { ...at.fs, write: () => raise(code) };
    expect(() => {
      writeLockOwner(fs, at.refresh, look(fs, at.refresh));
    }).not.toThrow();
    expect(judge(at)).toBe("unknown");
  });
});

function raise(code: string): never {
  throw Object.assign(new Error(code), { code });
}
