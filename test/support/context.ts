import type { Context } from "../../src/context.ts";

/** A process that no signal reaches, with nobody in front of it and nothing on its standard input. */
export const NOBODY_THERE: Pick<
  Context,
  "listenForSignals" | "onSignals" | "endBy" | "readInput" | "isTerminal" | "terminal"
> = {
  listenForSignals: () => () => null,
  onSignals: () => undefined,
  endBy: () => undefined,
  readInput: () => Promise.resolve(""),
  isTerminal: false,
  terminal: null,
};
