import { inject } from "vitest";

/** What the global setup stands ready with, the same for all test files of a run. */
export interface Bed {
  /** This run's own directory; all of it is removed at the end. */
  readonly directory: string;
  /** `localhost:PORT`: plain HTTP, as `devcontainer features publish` and devcontainer.json name it. */
  readonly registry: string;
  /** For docker and devcontainer: the daemon, the way to the stand-in for ghcr.io, a directory for scratch files. */
  readonly env: Readonly<Record<string, string>>;
}

declare module "vitest" {
  interface ProvidedContext {
    bed: Bed;
  }
}

/** The bed of the running test file. */
export function testBed(): Bed {
  return inject("bed");
}
