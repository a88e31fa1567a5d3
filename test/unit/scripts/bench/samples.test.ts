import { describe, expect, it } from "vitest";
import { millisecondsAt, parseSamples } from "../../../../scripts/bench/samples.ts";

describe("the samples of a measurement", () => {
  it("are gathered by name and sorted by number", () => {
    const samples = parseSamples("node\t1000\nshell\t20\nnode\t900\nnode\t10000\n");
    expect(Object.fromEntries(samples)).toEqual({ node: [900, 1000, 10000], shell: [20] });
  });

  it.each(["node", "node\t", "node\t1.5", "some warning"])("are not guessed from the line %j", (line) => {
    expect(() => parseSamples(`${line}\n`)).toThrow("no sample");
  });

  it("give a median, a fastest and a 90th of a hundred in milliseconds, and none where there are none", () => {
    const samples = new Map([["node", [700, 800, 900, 1000, 9000]]]);
    expect([0.5, 0, 0.9].map((share) => millisecondsAt(samples, "node", share))).toEqual([0.9, 0.7, 9]);
    expect(millisecondsAt(samples, "shell", 0.5)).toBeNull();
  });
});
