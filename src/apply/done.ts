import type { Action } from "../plan/action.ts";
import type { HeldBySomebody } from "./lock/lock-seeker.ts";
import type { Result } from "./outcome.ts";

/** What one action did. */
export interface Done {
  readonly result: Result;
  readonly reason?: string;
  /** Entries that could not be kept in the store, and where they lie now. */
  readonly left?: readonly string[];
  readonly leftAt?: string;
  /** State files that were no JSON object, and the backups they are kept in. */
  readonly damaged?: readonly string[];
  readonly keptIn?: string;
  /** The lock that kept it from being finished, and how long it was waited for, milliseconds. */
  readonly heldBy?: HeldBySomebody;
  readonly waited?: number;
}

export const UNCHANGED: Done = { result: "unchanged" };
export const CREATED: Done = { result: "created" };
export const UPDATED: Done = { result: "updated" };

/** The action of one kind. */
export type Of<K extends Action["kind"]> = Extract<Action, { kind: K }>;
