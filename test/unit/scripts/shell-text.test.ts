import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { shippedShell } from "../../../scripts/shell-text.ts";
import { requireProgram } from "../../support/shell.ts";

it("keeps the code and what the head says first", () => {
  const text =
    "#!/bin/sh\n# What it does.\n#\n# Why.\n\nset -u\n# A reason.\nif :; then\n  # Another.\n  echo '# a'\nfi\n";
  expect(shippedShell(text)).toBe("#!/bin/sh\n# What it does.\nset -u\nif :; then\n  echo '# a'\nfi\n");
});

it("changes nothing of what the shipped scripts mean", () => {
  const folder = new URL("../../../features/src/claude-credentials/", import.meta.url);
  for (const name of ["claude-credentials", "entrypoint", "fetch-node.sh", "install.sh", "without-node.sh"]) {
    const text = readFileSync(new URL(name, folder), "utf8");
    // bash prints a function as it understood it, without comments.
    const meant = (script: string): string =>
      execFileSync(
        requireProgram("bash"),
        ["-c", 'eval "meant() { $1\n}"; declare -f meant', "bash", script],
        {
          encoding: "utf8",
        },
      );
    expect(meant(shippedShell(text))).toBe(meant(text));
    expect(shippedShell(text).length).toBeLessThan(text.length);
  }
});
