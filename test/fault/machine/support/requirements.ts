import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "vitest";
import { findProgram } from "../../../support/shell.ts";

/** The programs of these tests and the Debian package each comes from. */
const programs: readonly (readonly [program: string, debianPackage: string])[] = [
  ["unshare", "util-linux"],
  ["nsenter", "util-linux"],
  ["setpriv", "util-linux"],
  ["losetup", "mount"],
  ["mkfs.ext4", "e2fsprogs"],
  ["chattr", "e2fsprogs"],
  ["mkfs.xfs", "xfsprogs"],
  ["mkfs.exfat", "exfatprogs"],
  ["mount.exfat-fuse", "exfat-fuse"],
  ["bindfs", "bindfs"],
  ["setfattr", "attr"],
  ["sudo", "sudo"],
  ["strace", "strace"],
  ["python3", "python3"],
];

/** Why this machine cannot run them, in words for its user; undefined if it can. */
export function missingRequirement(): string | undefined {
  if (process.platform !== "linux") return "they need Linux";
  if (process.getuid?.() !== 0) return "they need root, to mount file systems";
  const missing = programs.filter(([program]) => findProgram(program) === undefined);
  if (missing.length > 0) {
    const names = missing.map(([program]) => program).join(", ");
    const install = [...new Set(missing.map(([, debianPackage]) => debianPackage))].join(" ");
    return `not found: ${names} (on Debian: apt-get install ${install})`;
  }
  if (!existsSync("/dev/fuse") || !existsSync("/dev/loop-control")) {
    return "they need /dev/fuse and /dev/loop-control";
  }
  return mayMount() ? undefined : "mounting is not allowed here";
}

function mayMount(): boolean {
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    // In a container without the right to mount, `unshare` or `mount` says so; why does not matter here.
    return false;
  }
}

/**
 * Declares tests that mount file systems. On a machine that cannot they are announced as not run; with
 * `E2E=required` that is a failure.
 */
export function describeOnMounts(title: string, define: () => void): void {
  const missing = missingRequirement();
  if (missing === undefined) {
    describe(title, define);
  } else if (process.env["E2E"] === "required") {
    test(title, () => {
      throw new Error(`The tests on mounted file systems cannot run: ${missing}`);
    });
  } else {
    console.warn(`Not run: ${title}. The tests on mounted file systems cannot run: ${missing}.`);
    test.skip(title, () => undefined);
  }
}
