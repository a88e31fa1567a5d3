/** `90` -> `1 min`; the largest unit that fits, rounded down. */
export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
  ];
  const unit = units.find(([size]) => seconds >= size);
  return unit === undefined
    ? `${Math.floor(seconds).toString()} s`
    : `${Math.floor(seconds / unit[0]).toString()} ${unit[1]}`;
}

/** `4 Dec` in the time zone of this process, with the year where it is another one than now. */
export function day(time: number, now: number): string {
  const date = new Date(time);
  const year = date.getFullYear();
  const month = MONTHS[date.getMonth()] ?? "";
  const isThisYear = year === new Date(now).getFullYear();
  return `${date.getDate().toString()} ${month}${isThisYear ? "" : ` ${year.toString()}`}`;
}

/** How long something lasts, said of a login; `time` is epoch milliseconds, or null where that is not known. */
export function until(time: number | null, now: number): string {
  return time === null
    ? "without a known end"
    : `until ${day(time, now)}, for ${duration((time - now) / 1000)}`;
}

/** Our own: those of `Intl` are not the same in each Node (`Sep`, `Sept`). */
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
