import fc from "fast-check";
import { expect, test } from "vitest";
import { removePlace, runStart } from "../fault/place.ts";
import { changes, wrongAfter } from "./merged-sides.ts";
import { asOrdinaryUser } from "./ordinary-user.ts";
import { casesOfTrees, seeded, treesTimeout } from "./seed.ts";
import { buildSides, randomSides } from "./two-sides.ts";

test(
  "B07: start keeps bytes, modes, times and link texts of both sides, and has nothing to do the second time",
  { timeout: treesTimeout() },
  async () => {
    const property = fc.asyncProperty(randomSides, async (sides) => {
      const { place, before, fileSystems } = buildSides(sides);
      try {
        const first = await runStart(place, fileSystems);
        expect(wrongAfter(place, before, sides.logins, "all")).toEqual([]);
        expect(first.exitCode, first.err).toBe(0);
        expect(changes(await runStart(place, fileSystems))).toEqual([]);
      } finally {
        removePlace(place);
      }
    });
    await asOrdinaryUser(() => fc.assert(property, seeded(casesOfTrees())));
  },
);
