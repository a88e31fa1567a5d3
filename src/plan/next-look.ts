/** A day, in milliseconds: nothing is said more often, and nothing goes unseen for longer. */
export const DAY_MS = 86_400_000;
/** How long before its end a login begins to need attention. */
export const ENDING_MS = 3 * DAY_MS;

/** True where a day has passed since `then`; a time to come is a clock that was set back. */
export function isDayAgo(then: number, now: number): boolean {
  return then > now || now - then >= DAY_MS;
}

/**
 * When there may be something to say again, in epoch milliseconds: a day after something was said, and else when the
 * login begins to need attention, in a day at the latest.
 * @param said when something was last said
 * @param endsAt when the login ends, or null
 */
export function nextLook(now: number, said: number, endsAt: number | null): number {
  if (!isDayAgo(said, now)) return said + DAY_MS;
  const attention = endsAt === null ? Infinity : endsAt - ENDING_MS;
  return attention > now ? Math.min(attention, now + DAY_MS) : now + DAY_MS;
}
