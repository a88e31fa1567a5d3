import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { bundle } from "../../../scripts/bundle.ts";
import { ROOT } from "../../../scripts/build.ts";
import { login } from "../../support/login.ts";
import { buildTree, directory, file, snapshot } from "../../support/tree.ts";

vi.setConfig({ testTimeout: 60_000 });

test("STORE_NEWER: of two bundles on one store the older leaves the newer one's alone", async () => {
  const place = buildTree({
    "home/.claude/.credentials.json": file(login("home")),
    work: directory(),
    newer: directory(),
    "bin/newer": directory(),
    "bin/older": directory(),
  });
  cpSync(`${ROOT}/src`, `${place}/newer/src`, { recursive: true });
  symlinkSync(`${ROOT}/node_modules`, `${place}/newer/node_modules`);
  const layout = `${place}/newer/src/layout.ts`;
  const text = readFileSync(layout, "utf8");
  const renumbered = text.replace("export const FORMAT = 1;", "export const FORMAT = 2;");
  expect(renumbered).not.toBe(text);
  writeFileSync(layout, renumbered);
  await bundle(`${place}/newer`, `${place}/bin/newer`, "bundle", "9.9.9");
  await bundle(ROOT, `${place}/bin/older`, "bundle", "1.1.1");
  execFileSync("git", ["init", "-q", `${place}/work`], { env: { PATH: process.env["PATH"], HOME: place } });
  const start = (which: string): { outcome: string; store: unknown; findings: { code: string }[] } =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [`${place}/bin/${which}/bundle.mjs`, "start", "--workspace", `${place}/work`, "--json"],
        {
          env: { HOME: `${place}/home`, PATH: process.env["PATH"] },
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
        },
      ),
    ) as ReturnType<typeof start>;

  expect(start("newer")).toMatchObject({ store: { kind: "git" } });
  expect(readFileSync(`${place}/work/.git/claude-credentials/format`, "utf8")).toMatch(/^2\n/);
  const before = snapshot(place);
  const { outcome, store, findings } = start("older");
  expect(findings.map(({ code }) => code)).toEqual(["STORE_NEWER"]);
  expect({ outcome, store }).toEqual({ outcome: "not-persistent", store: null });
  expect(snapshot(place)).toEqual(before);
  expect(readFileSync(`${place}/home/.claude/.credentials.json`, "utf8")).toBe(login("home"));
  expect(start("newer")).toMatchObject({ outcome: "persistent", store: { kind: "git" }, findings: [] });
});
