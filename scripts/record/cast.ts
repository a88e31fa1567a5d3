/** What came out of a terminal, and when (milliseconds). */
export interface Printed {
  readonly at: number;
  readonly text: string;
}

/** One command in a terminal: the prompt it was typed at, the echo of each of its keys, and what it printed. */
export interface Scene {
  readonly prompt: string;
  readonly keys: readonly string[];
  /** Times are since the command was sent. */
  readonly printed: readonly Printed[];
}

/** A recording with the rhythm it is shown in. */
export interface Cast {
  readonly events: readonly Printed[];
  /** Milliseconds until it begins anew. */
  readonly length: number;
}

const KEY_MS = 45;
const BEFORE_TYPING_MS = 600;
const BEFORE_ENTER_MS = 350;
const LONGEST_PAUSE_MS = 900;
const READING_MS = 1800;
const LAST_FRAME_MS = 7000;

/**
 * Scenes one after the other in one terminal: keys at a fixed speed, none of the pauses longer than a reader's patience, and
 * time to read what was printed.
 * @param last the prompt that is left at the end
 */
export function castOf(scenes: readonly Scene[], last: string): Cast {
  const events: Printed[] = [];
  let now = 0;
  const print = (text: string): void => {
    events.push({ at: now, text });
  };
  for (const { prompt, keys, printed } of scenes) {
    print(prompt);
    now += BEFORE_TYPING_MS;
    for (const key of keys) {
      print(key);
      now += KEY_MS;
    }
    now += BEFORE_ENTER_MS;
    let before = 0;
    for (const { at, text } of printed) {
      now += Math.min(at - before, LONGEST_PAUSE_MS);
      before = at;
      print(text);
    }
    now += READING_MS;
  }
  print(last);
  return { events, length: Math.round(now + LAST_FRAME_MS) };
}

/** All that is printed in a recording, in one piece. */
export function textOf({ events }: Cast): string {
  return events.map(({ text }) => text).join("");
}
