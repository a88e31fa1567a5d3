import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { file } from "../../support/tree.ts";
import { expectMigrated, FIRST_MIGRATION } from "./support/client-directory.ts";
import { startMachine } from "./support/machine.ts";
import { describeOnMounts } from "./support/requirements.ts";

/** Sub-second times of a file and a directory, a sparse file, hard links, a setuid file, an extended attribute. */
const DECORATE = `set -e
cd "$1"
touch -d '2026-03-04 05:06:07.123456789' CLAUDE.md
truncate -s 32M sparse.bin
printf end | dd of=sparse.bin bs=1 seek=16777216 conv=notrunc status=none
printf twice >one && ln one two
printf '#!/bin/sh\\n' >setuid.sh && chmod 6755 setuid.sh
setfattr -n user.colour -v blue settings.json
touch -d '2026-03-04 05:06:08.987654321' todos/3
`;

describeOnMounts("what a file has beside its bytes", () => {
  for (const homeApart of [false, true]) {
    test(`is kept as documented ${homeApart ? "between two disks (EXDEV)" : "on one disk"}`, async () => {
      const machine = await startMachine({ homeApart });
      await machine.add(machine.home, { ...FIRST_MIGRATION, ".claude/plain.sh": file("#!/bin/sh\n", 0o755) });
      await machine.run([
        "setpriv",
        "--reuid=1000",
        "--regid=1000",
        "--clear-groups",
        "sh",
        "-c",
        DECORATE,
        "sh",
        `${machine.home}/.claude`,
      ]);
      const started = await machine.start();
      expect(started.exitCode, started.stdout).toBe(0);
      expect(started.report?.findings).toEqual([]);
      await expectMigrated(machine);

      const at = (name: string) => `${machine.store}/.claude-credentials/${name}`;
      const stat = async (format: string, name: string) =>
        (await machine.run(["stat", "-c", format, at(name)])).stdout.trimEnd();
      for (const [name, nanoseconds] of [
        ["CLAUDE.md", 123_456_789n],
        ["todos/3", 987_654_321n],
      ] as const) {
        const { mtimeNs } = statSync(machine.seen(at(name)), { bigint: true });
        const off = (mtimeNs % 1_000_000_000n) - nanoseconds;
        expect(Math.abs(Number(off)), `${name} to 1 µs`).toBeLessThan(1000);
      }
      expect(await stat("%s", "sparse.bin")).toBe(String(32 * 1024 * 1024));
      expect(Number(await stat("%b", "sparse.bin"))).toBeLessThan(2048);
      const tail = await machine.run([
        "sh",
        "-c",
        'tail -c +16777217 "$1" | head -c 3',
        "sh",
        at("sparse.bin"),
      ]);
      expect(tail.stdout).toBe("end");
      expect((await machine.run(["cat", at("one"), at("two")])).stdout).toBe("twicetwice");
      expect(await stat("%a", "setuid.sh"), "the right to act as the owner does not go along").toBe("755");
      expect(await stat("%a", "plain.sh")).toBe("755");
    });
  }
});
