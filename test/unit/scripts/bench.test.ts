import { describe, expect, it } from "vitest";
import { parseSamples, renderTable } from "../../../scripts/bench.ts";

describe("the samples of a measurement", () => {
  it("are gathered by name and sorted by number", () => {
    const samples = parseSamples("node\t1000\nshell\t20\nnode\t900\nnode\t10000\n");
    expect(Object.fromEntries(samples)).toEqual({ node: [900, 1000, 10000], shell: [20] });
  });

  it.each(["node", "node\t", "node\t1.5", "some warning"])("are not guessed from the line %j", (line) => {
    expect(() => parseSamples(`${line}\n`)).toThrow("no sample");
  });
});

describe("the table", () => {
  it("shows medians in milliseconds, and no row that was not measured", () => {
    const table = renderTable(new Map([["shell", [700, 800, 900, 1000, 9000]]]));
    const [, row = "", ...others] = table.split("\n");
    expect(row).toMatch(/^sh -c : +0\.9 +0\.7 +9\.0$/);
    expect(others).toEqual([]);
  });
});
