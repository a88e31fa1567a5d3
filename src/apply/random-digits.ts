/**
 * Hexadecimal digits, 12 at most: so that two names differ, and no secret. `node:crypto`, which a start needs for nothing
 * else as a rule, takes 4 ms to load.
 */
export function randomDigits(count: number): string {
  return Math.trunc(Math.random() * 16 ** count)
    .toString(16)
    .padStart(count, "0");
}
