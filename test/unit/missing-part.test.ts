import { execa } from "execa";
import { expect, test } from "vitest";
import { describeMissingPart } from "../../src/missing-part.ts";
import { temporaryDirectory } from "../support/tree.ts";

/** What Node throws where a module imports a file that is not there. */
async function failedImport(path: string): Promise<unknown> {
  const text = `await import(${JSON.stringify(path)});`;
  const { stdout } = await execa(process.execPath, ["--input-type=module"], {
    input: `try { ${text} } catch ({ code, message }) { console.log(JSON.stringify({ code, message })); }`,
  });
  return Object.assign(new Error(), JSON.parse(stdout));
}

test("a file that cannot be imported is named, without what could move the cursor", async () => {
  const path = `${temporaryDirectory()}/it's \u001b here/others.mjs`;
  expect(describeMissingPart(await failedImport(path))).toBe(
    `${path.replace("\u001b", "\\x1b")} is missing: rebuild the container, or install the package again`,
  );
});

test("an error that names none is told nevertheless", () => {
  const error = Object.assign(new Error("in other words"), { code: "ERR_MODULE_NOT_FOUND" });
  expect(describeMissingPart(error)).toMatch(/^a file of the program is missing: /);
});

test.each([new Error("Cannot find module 'x' imported from y"), "ERR_MODULE_NOT_FOUND", null])(
  "%j is no such error",
  (error) => {
    expect(describeMissingPart(error)).toBeNull();
  },
);
