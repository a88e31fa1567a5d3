import fc from "fast-check";
import { expect, test } from "vitest";
import { ageLocks } from "../fault/age-locks.ts";
import { removePlace, runStart } from "../fault/place.ts";
import type { Call, Fault } from "../support/faulty-file-system.ts";
import { callToStrike, randomFault } from "./drawn-fault.ts";
import type { Fidelity } from "./merge-model.ts";
import { changes, wrongAfter } from "./merged-sides.ts";
import { exposedIn, missing } from "./missing.ts";
import { asOrdinaryUser } from "./ordinary-user.ts";
import { casesOfTrees, seeded, treesTimeout } from "./seed.ts";
import { buildSides, randomSides, type Sides } from "./two-sides.ts";

// Modes must be right whatever the umask is.
process.umask(0);

test(
  "B07: whatever call fails or is the last, no entry of either side is lost, and the next start merges them whole",
  { timeout: treesTimeout() },
  async () => {
    let [drawn, struck] = [0, 0];
    const property = fc.asyncProperty(randomSides, randomFault, async (sides, drawnFault) => {
      const at = drawnFault === null ? null : callToStrike(await callsOf(sides), drawnFault);
      const fault = at === null || drawnFault === null ? {} : { at, fault: drawnFault.fault };
      const { place, before, fileSystems } = buildSides(sides);
      try {
        const first = await runStart(place, { ...fileSystems, ...fault });
        drawn += 1;
        if (first.struck) struck += 1;
        expect(missing(place, before, sides.logins), first.err).toEqual([]);
        ageLocks(place);
        const second = await runStart(place, fileSystems);
        const fidelity = first.struck ? fidelityAfter(fault.fault) : "all";
        expect(wrongAfter(place, before, sides.logins, fidelity), second.err).toEqual([]);
        expect(second.exitCode, second.err).toBe(0);
        const third = await runStart(place, fileSystems);
        expect(changes(third)).toEqual([]);
        const runs = [first, second, third];
        expect([...runs.flatMap((run) => run.exposed), ...exposedIn(place)]).toEqual([]);
      } finally {
        removePlace(place);
      }
    });
    await asOrdinaryUser(() => fc.assert(property, seeded(casesOfTrees())));
    expect(struck / drawn).toBeGreaterThan(0.7);
  },
);

/** A mount may refuse to set modes and times: nothing stops for that. */
function fidelityAfter(fault: Fault | undefined): Fidelity {
  const isRefusal = fault?.kind === "once" && fault.errno === "EPERM";
  return isRefusal ? "content" : "all-but-directories";
}

/** The calls of an undisturbed run: call n of one is call n of the next. */
async function callsOf(sides: Sides): Promise<readonly Call[]> {
  const { place, fileSystems } = buildSides(sides);
  try {
    return (await runStart(place, fileSystems)).calls;
  } finally {
    removePlace(place);
  }
}
