/** How much is tried: a sample in seconds, what every change to the project has to pass, or everything. */
export type Amount = "some" | "usual" | "all";

/** What `FAULTS` says. */
export function amount(): Amount {
  const said = process.env["FAULTS"] ?? "usual";
  if (said !== "some" && said !== "usual" && said !== "all")
    throw new Error(`FAULTS=${said}: some, usual or all`);
  return said;
}

/** Gives a number from 0 up to, not including, `bound`. */
export type Draw = (bound: number) => number;

/**
 * Draws by a linear congruential generator that begins with `SEED`. The seed is printed, so that any run can be had
 * again.
 */
export function seededDraw(title: string): Draw {
  const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
  console.log(`${title}: SEED=${seed}`);
  let state = BigInt(seed);
  return (bound) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) % BigInt(bound));
  };
}

/** Of a sample of the sweeps in one process: one fault in so many is tried. */
const ONE_IN = 24;

/**
 * Says of each fault, in turn, whether it is among those to be tried: all are, but in a sample.
 * @param usualOneIn of the usual amount one in so many, where all of them take too long for every run
 */
export function drawing(title: string, usualOneIn = 1): () => boolean {
  const oneIn = { some: ONE_IN, usual: usualOneIn, all: 1 }[amount()];
  if (oneIn === 1) return () => true;
  const draw = seededDraw(title);
  return () => draw(oneIn) === 0;
}
