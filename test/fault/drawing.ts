/** Of `FAULTS=some`: one in so many is tried, so that a run takes seconds. */
const ONE_IN = 8;

/**
 * Says of each fault, in turn, whether it is among those to be tried: all are, but with `FAULTS=some` one in
 * `ONE_IN`, drawn by a linear congruential generator. The seed is printed, so that any run can be had again.
 */
export function drawing(title: string): () => boolean {
  if (process.env["FAULTS"] !== "some") return () => true;
  const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
  console.log(`${title}: SEED=${seed}`);
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return (state >> 33n) % BigInt(ONE_IN) === 0n;
  };
}
