/** Does work of steps without a pause, for callers that have nobody to give a turn to. */
export function runSteps<T>(steps: Generator<unknown, T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
