import type { StatusReport } from "../../../../src/report/status-report.ts";
import type { Tree } from "../../../support/tree.ts";
import type { Told } from "./told.ts";

/** What of the API mode a client, and status, come to on a machine. */
export interface Seen {
  readonly home: string;
  readonly work: string;
  /** The user's settings as they are named; null where no directory is there to read them from. */
  readonly settings: string | null;
  /** Whether these outlive the container. */
  readonly settingsPersist: boolean;
  /** The store's file of variables; null where the store is closed. */
  readonly file: string | null;
  /** Whether it is found without the link to it: `~/.claude` leads to its store. */
  readonly isFileBesideLogin: boolean;
  readonly filePersists: boolean;
  /** Whether a login is stored that would work. */
  readonly hasLogin: boolean;
}

/** What comes of it: null where the stored login alone counts. */
export interface Used {
  readonly mode: Exclude<StatusReport["mode"], "oauth" | "none">;
  readonly isPersistent: boolean;
}

/** How the API mode is set, and what comes of it. */
export interface EnvState {
  readonly name: string;
  /** What this process has, and what the container gives. */
  readonly env?: Readonly<Record<string, string>>;
  readonly given?: Readonly<Record<string, string>>;
  /** The user's `settings.json`, and the store's file of variables with its mode. */
  readonly settings?: string;
  readonly file?: string;
  readonly fileMode?: number;
  readonly isLinked?: false;
  readonly tree?: Tree;
  readonly used: (seen: Seen) => Used | null;
  readonly said: (seen: Seen) => readonly Told[];
}
