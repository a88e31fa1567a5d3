import { exposed, leftOver, look, lost, remember, torn, unfinished, type Before } from "../checker.ts";
import { removePlace, type Place } from "../place.ts";
import type { Scenario } from "../scenarios.ts";
import type { BuiltProduct } from "./built-product.ts";
import { runLauncher, type Manner, type SystemCall } from "./strike.ts";

/** A state whose undisturbed run is known. */
export interface KnownState {
  readonly scenario: Scenario;
  readonly before: Before;
  readonly calls: readonly SystemCall[];
  /** The call that makes the first copy: `start` looks at everything again under its lock, then the store is chosen. */
  readonly chosen: number;
}

/** Runs a state undisturbed: all must be right after it, and nothing left to change for a second run. */
export async function learn(
  product: BuiltProduct,
  scenario: Scenario,
  manner: Manner = "strict",
): Promise<KnownState> {
  const place = scenario.build();
  try {
    const before = remember(place, scenario.newest);
    const { calls, exitCode, err } = await runLauncher(product, place, null, manner);
    const now = look(place);
    const wrong = [...allWrong(place, now, before), ...exposed(now)];
    if (exitCode !== 0) wrong.push(`exit code ${exitCode}: ${err}`);
    const second = await runLauncher(product, place, null, manner);
    wrong.push(...changes(second.calls).map(({ name, paths }) => `second run: ${name}(${paths.join(", ")})`));
    if (wrong.length > 0) throw new Error(`${scenario.name}, undisturbed: ${wrong.join("; ")}`);
    const changing = [...calls.keys()].filter((at) => calls[at]?.kind !== "reads");
    const firstCopy = changing.find((at) => calls[at]?.paths.some((path) => path.includes("-incoming-")));
    return { scenario, before, calls, chosen: firstCopy ?? changing[0] ?? calls.length };
  } finally {
    removePlace(place);
  }
}

export function changes(calls: readonly SystemCall[]): readonly SystemCall[] {
  return calls.filter(({ kind }) => kind !== "reads");
}

/** What is not as it must be after a run that nothing disturbed. */
export function allWrong(place: Place, now: ReturnType<typeof look>, before: Before): string[] {
  return [
    ...lost(now, before).map((what) => `lost: ${what}`),
    ...torn(place).map((what) => `torn: ${what}`),
    ...unfinished(place, now, before),
    ...leftOver(now, before),
  ];
}
