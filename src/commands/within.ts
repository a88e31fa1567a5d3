import { Worker } from "node:worker_threads";

/** Does some work under some limit. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * A limit of so many milliseconds on the whole process: it is killed where the work takes longer, whatever it waits for.
 * A file system that does not answer blocks the thread that asked, so the clock is another one's.
 */
export function within(milliseconds: number): Limit {
  return async (work) => {
    const script = `setTimeout(() => process.kill(process.pid, "SIGKILL"), ${milliseconds.toString()})`;
    const clock = new Worker(script, { eval: true });
    try {
      return await work();
    } finally {
      await clock.terminate();
    }
  };
}
