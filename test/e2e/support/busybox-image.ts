import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testBed } from "./bed.ts";
import { run } from "./command.ts";

const BUSYBOX = "/bin/busybox";

/**
 * An image with nothing but busybox: its ash for a shell, and no C library, so that no official Node.js runs there.
 * @returns its tag
 */
export async function busyboxImage(): Promise<string> {
  const { directory, env } = testBed();
  const root = mkdtempSync(join(directory, "busybox-"));
  for (const path of ["bin", "etc", "home", "root", "tmp", "usr/bin", "usr/local/bin", "var"])
    mkdirSync(join(root, path), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  copyFileSync(BUSYBOX, join(root, "bin/busybox"));
  for (const applet of execFileSync(BUSYBOX, ["--list"], { encoding: "utf8" }).trim().split("\n"))
    if (applet !== "busybox") symlinkSync("busybox", join(root, "bin", applet));
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0:root:/root:/bin/sh\ndev:x:1000:1000:dev:/home/dev:/bin/sh\n",
  );
  writeFileSync(join(root, "etc/group"), "root:x:0:\ndev:x:1000:\n");
  const archive = `${root}.tar`;
  await run("tar", ["-cf", archive, "-C", root, "."]);
  await run("docker", ["import", archive, "busybox:only"], { env });
  return "busybox:only";
}
