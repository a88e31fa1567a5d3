import type { Cast } from "./cast.ts";

/** As long as an id, and plainly none. */
const NO_ID = "0123456789abcdef".repeat(4);

/** A recording in which each of the ids (of containers, which are others at each recording) is the same. */
export function neutral(cast: Cast, ids: readonly string[]): Cast {
  const events = cast.events.map(({ at, text }) => ({
    at,
    text: ids.reduce((rest, id) => rest.replaceAll(id, NO_ID), text),
  }));
  return { ...cast, events };
}
