import type { Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { findForeignImports, hasNewerSyntax } from "../../../scripts/bundle.ts";

function metafileImporting(...imports: Metafile["outputs"][string]["imports"]): Metafile {
  const output = { bytes: 1, inputs: {}, imports, exports: [] };
  return { inputs: {}, outputs: { "bundle.mjs": output } };
}

describe("what a bundle may import", () => {
  it("is Node's own modules", () => {
    const metafile = metafileImporting(
      { path: "node:fs", kind: "import-statement", external: true },
      { path: "node:fs/promises", kind: "dynamic-import", external: true },
      { path: "buffer", kind: "require-call", external: true },
    );
    expect(findForeignImports(metafile)).toEqual([]);
  });

  it("is no package and no file beside it, by import or require", () => {
    const metafile = metafileImporting(
      { path: "left-pad", kind: "import-statement", external: true },
      { path: "./other.mjs", kind: "dynamic-import", external: true },
      { path: "left-pad", kind: "require-call", external: true },
    );
    expect(findForeignImports(metafile)).toEqual([
      "./other.mjs (dynamic-import)",
      "left-pad (import-statement)",
      "left-pad (require-call)",
    ]);
  });
});

describe("syntax that Node 18.19 cannot read", () => {
  it.each(["class A { #a = 1; static { A.b ??= 2; } }", "await 0; x?.y;", 'import fs from "node:fs"; fs;'])(
    "is not in: %s",
    async (code) => {
      expect(await hasNewerSyntax(code)).toBe(false);
    },
  );

  it.each(["{ using a = b; }", "const a = /[[a-z]--[b]]/v;", "@decorate class A {}"])(
    "is in: %s",
    async (code) => {
      expect(await hasNewerSyntax(code)).toBe(true);
    },
  );
});
