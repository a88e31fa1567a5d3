import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { stripComments } from "../../../scripts/strip-comments.ts";
import { requireProgram } from "../../support/shell.ts";
import { sources } from "../shell/support/product.ts";
import { makeFolder } from "./checkout.ts";

const scripts = readdirSync(sources).filter((name) => name === "claude-credentials" || name.endsWith(".sh"));

/** The program in the file at `path` as bash understands it; where a comment was it may print an empty line. */
async function understood(path: string): Promise<readonly string[]> {
  const { stdout } = await execa(requireProgram("bash"), ["--posix", "--pretty-print", path]);
  return stdout.split("\n").filter((line) => line !== "");
}

it("no comment is left but what names the shell and what stands behind a command", () => {
  expect(stripComments("#!/bin/sh\n# one\n  # two\n\na=1 # three\nb=${c#d}\n")).toBe(
    "#!/bin/sh\n\na=1 # three\nb=${c#d}\n",
  );
});

it.each(scripts)("without comments %s is the same program", async (name) => {
  const stripped = join(makeFolder(), name);
  const source = readFileSync(join(sources, name), "utf8");
  writeFileSync(stripped, stripComments(source));
  expect(readFileSync(stripped, "utf8").length).toBeLessThan(source.length);
  expect(await understood(stripped)).toEqual(await understood(join(sources, name)));
});

it("every shell script that ships is among those", () => {
  expect(scripts).toEqual(expect.arrayContaining(["claude-credentials", "fetch-node.sh", "install.sh"]));
});
