import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";

/** The files that looks for a notice leave in `directory`, beside a claim of the moment. */
export function lookFiles(directory: string): string[] {
  return ["due", "looked", "now"].map((name) => `${directory}/${name}`);
}

/** The first line of a record, with the number of its format. */
export const LOOK_TITLE = "claude-credentials notice 1";

/**
 * What the last look for a notice left in the file `looked`. The launcher compares it with the present by shell builtins
 * alone; while it is as it says, and the time of the file `due` has not come, there is nothing to say.
 */
export interface LookRecord {
  readonly hostname: string;
  /** These variables as the look found them; "" for none. */
  readonly configDirectory: string;
  readonly store: string;
  readonly workspace: string;
  /** Where no workspace was to be found, so that a terminal opened elsewhere is asked again; "" where that does not matter. */
  readonly homelessIn: string;
  /** When a terminal was last told something, and when `start` was last tried from one: epoch milliseconds, 0 for never. */
  readonly said: number;
  readonly tried: number;
  /** A symlink and where it leads; both "" where that does not matter. */
  readonly link: string;
  readonly target: string;
  /** `+PATH`: must exist and not be newer than the record; `-PATH`: must not exist. */
  readonly watched: readonly string[];
}

const TEXTS = ["hostname", "configDirectory", "store", "workspace", "homelessIn"] as const;
const LINES_BEFORE_WATCHED = 10;

/** The record's text, or null where a value holds a line break. */
export function renderLookRecord(record: LookRecord): string | null {
  const { said, tried, link, target, watched } = record;
  const times = [said, tried].map((time) => time.toString());
  const lines = [LOOK_TITLE, ...TEXTS.map((name) => record[name]), ...times, link, target, ...watched];
  return lines.some((line) => /[\n\r\0]/.test(line)) ? null : `${lines.join("\n")}\n`;
}

/** When something was last said and tried, as far as a record tells that is there, whole and readable. */
export function readLookTimes(fs: FileSystem, path: string): Pick<LookRecord, "said" | "tried"> {
  const lines = readLines(fs, path);
  if (lines[0] !== LOOK_TITLE || lines.length <= LINES_BEFORE_WATCHED) return { said: 0, tried: 0 };
  const [said = 0, tried = 0] = lines.slice(TEXTS.length + 1, TEXTS.length + 3).map(Number);
  return { said: Number.isSafeInteger(said) ? said : 0, tried: Number.isSafeInteger(tried) ? tried : 0 };
}

function readLines(fs: FileSystem, path: string): string[] {
  try {
    return (
      readSmallFile(fs, path, 64 * 1024)
        ?.toString("utf8")
        .split("\n") ?? []
    );
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return [];
  }
}

/** The line that watches `path`; none for what cannot be told apart from one look to the next, as a link that dangles. */
export function watchLine(fs: FileSystem, path: string): string[] {
  try {
    if (fs.stat(path) !== null) return [`+${path}`];
    return fs.lstat(path) === null ? [`-${path}`] : [];
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return [];
  }
}
