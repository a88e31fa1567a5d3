import { UserError } from "./errors.ts";

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

/**
 * `3d`, `12h`, `90m` or `30s`, as a flag takes it.
 * @returns milliseconds
 * @throws UserError (exit code 2)
 */
export function parseTime(text: string, flag: string, command: string): number {
  const [, number, unit = ""] = /^(\d{1,6})([dhms])$/.exec(text) ?? [];
  const milliseconds = UNITS[unit];
  if (number !== undefined && milliseconds !== undefined) return Number(number) * milliseconds;
  throw new UserError(
    `${command}: ${flag} '${text}' is no time`,
    `give days, hours, minutes or seconds: ${flag} 3d, ${flag} 12h, ${flag} 90m`,
    2,
  );
}
