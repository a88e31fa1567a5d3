import type { Backups } from "../inspect/inspect-backups.ts";
import type { Hooks } from "../inspect/inspect-hooks.ts";
import type { StaleLock } from "../inspect/inspect-locks.ts";
import type { MountsSeen } from "../inspect/inspect-mounts.ts";
import type { Repointing } from "../inspect/inspect-repointing.ts";
import type { EnvLook } from "../inspect/inspect-env.ts";
import type { InstalledClient } from "../inspect/installed-client.ts";
import type { Plan } from "../plan/plan.ts";
import type { Failure } from "./failure.ts";
import type { Finding } from "./finding.ts";
import type { StatusReport } from "./status-report.ts";

/** What `doctor` looks at, each look by itself: one that fails takes no other with it. */
export interface Sights {
  /** As `status` does. */
  readonly status: { readonly look: EnvLook; readonly report: StatusReport };
  /** As `start --dry-run` does. */
  readonly start: Plan;
  readonly backups: readonly Backups[];
  /** Locks that seem to have nobody behind them, and those that Claude Code holds. */
  readonly locks: { readonly stale: readonly StaleLock[]; readonly held: StatusReport["locks"] };
  readonly client: InstalledClient | null;
  readonly hooks: Hooks;
  readonly mounts: MountsSeen;
  readonly repointing: Repointing;
  readonly program: { readonly version: string; readonly node: string; readonly bundlePath: string };
}

export type SightName = keyof Sights;

/** What a look saw and found wrong; or why it could not be made. */
export type Looked<T> =
  | { readonly failure: null; readonly sight: T; readonly findings: readonly Finding[] }
  | { readonly failure: Failure };

export type Looks = { readonly [Name in SightName]: Looked<Sights[Name]> };
