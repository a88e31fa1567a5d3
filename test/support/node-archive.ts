import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An archive as nodejs.org makes them, with `program` for its `bin/node`. */
export function wrapNode(program: string | Buffer, name: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "dist-"));
  try {
    mkdirSync(join(folder, name, "bin"), { recursive: true });
    writeFileSync(join(folder, name, "bin/node"), program, { mode: 0o755 });
    writeFileSync(join(folder, name, "README.md"), "# Node.js\n");
    writeFileSync(join(folder, "outside"), "nobody wants this\n");
    const args = ["-c", "-C", folder, "--owner=1000", "--group=1000", name, "outside"];
    const maxBuffer = 2 ** 30;
    const tar = execFileSync("tar", args, { maxBuffer });
    return execFileSync("gzip", ["-1"], { input: tar, maxBuffer });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
