import type { HeldBySomebody } from "../apply/lock/lock-seeker.ts";

/** What keeps us from a login. @param waited milliseconds */
export function describeHeld({ path, ageSeconds }: HeldBySomebody, waited: number): string {
  const age = ageSeconds < 0 ? "its time lies in the future" : `touched ${ageSeconds.toString()} s ago`;
  const seconds = Math.round(waited / 1000).toString();
  return `somebody is at work on the login: ${path} is held (${age}), also after ${seconds} s`;
}
