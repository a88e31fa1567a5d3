import { errnoCode, isErrno } from "../errors.ts";
import { renderLookRecord, type LookRecord } from "../inspect/look-record.ts";
import type { FileSystem } from "./file-system.ts";
import { makeCache, timeOfLook, writeTimed } from "./write-timed.ts";

/** Milliseconds after which whoever claimed the look is taken for dead: it is done in a fraction of a second. */
const CLAIM_HOLDS_MS = 60_000;

/** The look for a notice, this process's alone for now. */
export interface LookClaim {
  /** Leaves what was seen, and when the next look is due (epoch milliseconds). Where that cannot be written it returns false. */
  readonly leave: (record: LookRecord, due: number) => boolean;
  readonly release: () => void;
}

/**
 * Claims the look: of several terminals that are opened at once one says what there is to say.
 * @param directory where the last look's files lie
 * @param marker when this container was made, nanoseconds since the epoch, or null
 * @returns null where another process is at it, or where nothing can be written: then nothing is to be said either, or it
 * would be said in each terminal
 */
export function claimLook(
  fs: FileSystem,
  directory: string,
  now: number,
  marker: bigint | null,
): LookClaim | null {
  const claim = `${directory}/looking`;
  if (!attempt(() => makeClaim(fs, directory, claim, now))) return null;
  return {
    leave: (record, due) => attempt(() => leave(fs, directory, record, { now, due, marker })),
    release: () => {
      attempt(() => remove(fs, claim));
    },
  };
}

/** False where a system call failed. */
function attempt(work: () => boolean): boolean {
  try {
    return work();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return false;
  }
}

function makeClaim(fs: FileSystem, directory: string, claim: string, now: number): boolean {
  makeCache(fs, directory);
  try {
    fs.mkdir(claim, 0o700);
  } catch (error) {
    const stat = isErrno(error, "EEXIST") ? fs.lstat(claim) : null;
    if (stat === null) throw error;
    if (Math.abs(now - Number(stat.modifiedNs / 1_000_000n)) < CLAIM_HOLDS_MS) return false;
    remove(fs, claim);
    fs.mkdir(claim, 0o700);
  }
  // By the clock that it is compared with.
  const time = BigInt(now) * 1_000_000n;
  fs.lutimes(claim, time, time);
  return true;
}

function remove(fs: FileSystem, claim: string): boolean {
  fs.rmdir(claim);
  return true;
}

function leave(
  fs: FileSystem,
  directory: string,
  record: LookRecord,
  { now, due, marker }: { readonly now: number; readonly due: number; readonly marker: bigint | null },
): boolean {
  const text = renderLookRecord(record);
  if (text === null) return false;
  const clock = `${directory}/now`;
  if (fs.lstat(clock) === null) writeTimed(fs, { path: clock, text: "", time: BigInt(now) * 1_000_000n });
  writeTimed(fs, { path: `${directory}/looked`, text, time: timeOfLook(now, marker) });
  writeTimed(fs, { path: `${directory}/due`, text: "", time: BigInt(due) * 1_000_000n });
  return true;
}
