import { millisecondsAt, type Samples } from "./samples.ts";

/** What was to be reached, and what was. */
export interface Goal {
  readonly text: string;
  readonly measured: string;
  readonly isMet: boolean;
  /** Where the time goes, for a goal that is missed. */
  readonly because: string;
}

/** How far apart the slowest and the fastest may be to be called flat: about what `sh -c :` differs from itself. */
const FLAT = 1.15;

const START = [
  "The launcher and the loading of Node's module loader are a tenth of what is over, half is the compiling of",
  "the bundle, the rest is the look itself: about a hundred system calls, and some hundred functions",
  "that run once and so are compiled for that.",
].join(" ");
const MOVE = [
  "cp leaves its source; start removes it, file by file, each when the very same was just seen in the store,",
  "which on a disk that discards what is freed takes longer than the copy. It also reads all names twice,",
  "for a refusal before anything is written.",
].join(" ");

/** The goals that what was measured can be held against; the others are left out. */
export function judgeGoals(samples: Samples, packed: { bytes: number; largest: number }): Goal[] {
  const ratio = (name: string, to: string): number | null => {
    const [one, other] = [millisecondsAt(samples, name, 0.5), millisecondsAt(samples, to, 0.5)];
    return one === null || other === null ? null : one / other;
  };
  const atMost = (text: string, measured: number | null, limit: number, because: string): Goal[] =>
    measured === null
      ? []
      : [{ text, measured: `${measured.toFixed(2)} times`, isMet: measured <= limit, because }];
  const sizes = ["unchanged of 0", "unchanged of 10000", "unchanged of 100000"].flatMap(
    (name) => millisecondsAt(samples, name, 0.5) ?? [],
  );
  const spread = sizes.length < 3 ? null : Math.max(...sizes) / Math.min(...sizes);
  return [
    ...atMost(
      "unchanged start at most 1.5 times `sh -c :`",
      ratio("unchanged of 0", "shell"),
      1.5,
      "The launcher is 13 kB of shell that is parsed before its first line runs.",
    ),
    ...atMost(
      "unchanged start below the bash check",
      ratio("unchanged of 0", "bash check"),
      1,
      "The check of the launcher asks for more than the link: the container, the version, the options, leftovers.",
    ),
    ...atMost(
      `flat from 0 to 100,000 files: slowest at most ${FLAT} times the fastest`,
      spread,
      FLAT,
      "Nothing in the check depends on the files: what differs here is the machine.",
    ),
    ...atMost(
      "start that needs Node and changes nothing at most 1.4 times `node -e 0`",
      ratio("unchanged through Node", "node"),
      1.4,
      START,
    ),
    ...atMost(
      "migration on one file system at most 1.3 times `cp -a`",
      ratio("migration within", "cp -a within"),
      1.3,
      MOVE,
    ),
    ...atMost(
      "migration across two at most 1.3 times `cp -a`",
      ratio("migration across", "cp -a across"),
      1.3,
      MOVE,
    ),
    {
      text: `packed Feature below ${packed.largest / 1000} kB`,
      measured: `${(packed.bytes / 1000).toFixed(1)} kB`,
      isMet: packed.bytes < packed.largest,
      because: "",
    },
  ];
}
