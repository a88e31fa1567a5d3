import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { requireProgram, shells } from "../../support/shell.ts";
import { sources } from "./support/product.ts";

const run = promisify(execFile);
const tests = fileURLToPath(new URL("../../../features/test/", import.meta.url));
const scripts = ["install.sh", "fetch-node.sh", "entrypoint", "claude-credentials", "without-node.sh"];
const shipped = scripts.map((name) => join(sources, name));

const testScripts = readdirSync(tests, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".sh"))
  .map((name) => join(tests, name));

it("what is shipped passes shellcheck as POSIX sh", async () => {
  const { stdout } = await run(requireProgram("shellcheck"), ["--shell=sh", "--severity=style", ...shipped]);
  expect(stdout).toBe("");
});

it("the Feature's tests pass shellcheck", async () => {
  expect(testScripts.length).toBeGreaterThan(3);
  const { stdout } = await run(requireProgram("shellcheck"), [
    "--shell=bash",
    "--external-sources",
    "--source-path=SCRIPTDIR",
    ...testScripts,
  ]);
  expect(stdout).toBe("");
});

it.each(shells())("$name parses what is shipped", async (shell) => {
  for (const path of shipped) {
    const args = shell.isBusybox ? ["sh", "-n", path] : ["-n", path];
    expect(await run(shell.path, args)).toMatchObject({ stdout: "", stderr: "" });
  }
});

it("install.sh and the launcher look for Node.js with the same lines", () => {
  const lines = (name: string): string => {
    const text = readFileSync(join(sources, name), "utf8");
    const found = /^# --- The same lines are in [^\n]+\n([^]+)^# --- The lines of [^\n]+ end here\.$/m.exec(
      text,
    );
    if (found?.[1] === undefined) throw new Error(`${name} has no such lines`);
    return found[1];
  };
  expect(lines("install.sh")).toContain("cc_find_node()");
  expect(lines("install.sh")).toBe(lines("claude-credentials"));
});

// What they name for a program that they start, and for that alone.
const forOthers = ["IFS", "PATH", "http_proxy", "https_proxy", "no_proxy", "APT_CONFIG", "DEBIAN_FRONTEND"];

it("no variable or function of theirs has a name that a user could have exported", () => {
  for (const path of shipped) {
    const text = readFileSync(path, "utf8").replaceAll(/^\s*#.*$/gm, "");
    const named = [...text.matchAll(/(?:^|[\s;({])([A-Za-z_][A-Za-z0-9_]*)(?==|\(\) \{)/g)].map(
      (match) => match[1],
    );
    const read = [...text.matchAll(/\b(?:for|read -r) ([A-Za-z_]\w*)(?=;| in\b| ?<?$| &&| \|\|)/gm)].map(
      (match) => match[1],
    );
    const others = new Set([...named, ...read].filter((name) => name?.startsWith("cc_") !== true));
    const unexpected = [...others].filter(
      (name) => name !== undefined && !forOthers.includes(name) && !name.startsWith("CLAUDE_CREDENTIALS_"),
    );
    expect(unexpected).toEqual([]);
  }
});
