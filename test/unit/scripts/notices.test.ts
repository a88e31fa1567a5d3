import type { Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { findBundledPackages, renderNotices } from "../../../scripts/notices.ts";
import { makeFolder, writeTree } from "./checkout.ts";

function metafileOf(...inputs: string[]): Metafile {
  const entries = Object.fromEntries(inputs.map((input) => [input, { bytesInOutput: 1 }]));
  return { inputs: {}, outputs: { "bundle.mjs": { bytes: 1, inputs: entries, imports: [], exports: [] } } };
}

describe("the packages in a bundle", () => {
  it("are found by their folders, scoped and nested ones too, each once", () => {
    const metafile = metafileOf(
      "src/cli.ts",
      "node_modules/b/lib/one.js",
      "node_modules/b/two.js",
      "node_modules/@scope/a/index.js",
      "node_modules/b/node_modules/c/index.js",
    );
    expect(findBundledPackages(metafile)).toEqual([
      "node_modules/@scope/a",
      "node_modules/b",
      "node_modules/b/node_modules/c",
    ]);
  });
});

describe("THIRD-PARTY-NOTICES", () => {
  it("gives name, version, license and its words, and a NOTICE where there is one", async () => {
    const root = makeFolder();
    writeTree(root, {
      "node_modules/a/package.json": JSON.stringify({ name: "a", version: "1.2.3", license: "Apache-2.0" }),
      "node_modules/a/LICENSE.md": "Words of the license.\r\nMore words.\r\n",
      "node_modules/a/NOTICE": "A notice.\n",
      "node_modules/a/license-checker.js": "",
    });
    const text = await renderNotices(root, metafileOf("node_modules/a/index.js"));
    expect(text).toContain("a 1.2.3 (Apache-2.0)\n\nWords of the license.\nMore words.\n\nA notice.\n");
  });

  it("gives words that several share once, after the names and copyrights of all of them", async () => {
    const root = makeFolder();
    const words = "Permission is hereby granted, to all.";
    for (const [name, text] of Object.entries({
      a: `MIT License\n\nCopyright A\n\n${words}`,
      b: "Other words.",
      c: `Copyright C\n\n${words.replace(", ", ",\n  ")}`,
    }))
      writeTree(root, {
        [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: "1.0.0", license: "MIT" }),
        [`node_modules/${name}/LICENSE`]: text,
      });
    const inputs = ["a", "b", "c"].map((name) => `node_modules/${name}/index.js`);
    const [, ...sections] = (await renderNotices(root, metafileOf(...inputs))).split(/\n-{80}\n\n/);
    expect(sections).toEqual([
      `a 1.0.0 (MIT)\n\nMIT License\n\nCopyright A\n\nc 1.0.0 (MIT)\n\nCopyright C\n\n${words}\n`,
      "b 1.0.0 (MIT)\n\nOther words.\n",
    ]);
  });

  it("names a package that may not be passed on, having no license file", async () => {
    const root = makeFolder();
    writeTree(root, { "node_modules/a/package.json": JSON.stringify({ name: "a", version: "1.2.3" }) });
    await expect(renderNotices(root, metafileOf("node_modules/a/index.js"))).rejects.toThrow("a 1.2.3");
  });

  it("says so where nothing is bundled", async () => {
    expect(await renderNotices(makeFolder(), metafileOf("src/cli.ts"))).toContain(
      "no code of other projects",
    );
  });
});
