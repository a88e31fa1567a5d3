import type { FileSystem } from "../apply/file-system.ts";
import { UserError } from "../errors.ts";
import { FORMAT } from "../layout.ts";
import { CREDENTIAL_NAME, INCOMING_PREFIX, isLockName, STATE_NAME } from "../plan/plan-merge.ts";
import { quote } from "../report/quote.ts";
import { readFormatFile } from "./format-file.ts";
import { findTrackingTree } from "./git-would-track.ts";
import type { Obstacle } from "./login-source.ts";

const ELSEWHERE = "name another place: --to DIR";

/** Refuses places where no login can be kept, before anybody logs in for nothing. Each check throws `UserError`. */
export class LoginPlaceRefusals {
  readonly #fs: FileSystem;
  readonly #command: string;

  /** @param command for the messages */
  constructor(fs: FileSystem, command: string) {
    this.#fs = fs;
    this.#command = command;
  }

  refuse(what: string, hint: string): never {
    throw new UserError(`${this.#command}: ${what}`, hint);
  }

  /** A link that leads to nothing, or something else than a directory: what is logged in there is nowhere (facts C18). */
  checkWay(path: string): void {
    const entry = this.#fs.lstat(path);
    if (entry === null || this.#fs.stat(path)?.type === "directory") return;
    if (entry.type === "symlink" && this.#fs.stat(path) === null) {
      const text = this.#fs.readlink(path).toString();
      this.refuse(`${path} leads to ${text}, where nothing is`, "claude-credentials start   makes it anew");
    }
    this.refuse(`${path} is no directory`, ELSEWHERE);
  }

  checkFormat(root: string): void {
    const version = readFormatFile(this.#fs, `${root}/format`)?.version ?? null;
    if (version !== null && version > FORMAT)
      this.refuse(`the store ${root} is of a newer claude-credentials`, "update claude-credentials");
  }

  checkGit(directory: string): void {
    const top = findTrackingTree(this.#fs, directory);
    if (top !== null)
      this.refuse(
        `${directory} lies in the work tree of ${top}, where git would take the login into a commit`,
        "name a place outside of it, or below its .git: --to DIR",
      );
  }

  /** A folder with something of somebody's own in it is no place for a login. */
  checkContent(directory: string): void {
    const names = this.#fs.list(directory).map((name) => name.toString());
    const isOfLogin = names.includes(CREDENTIAL_NAME) || names.includes(STATE_NAME);
    const isOurs = (name: string): boolean =>
      name.startsWith(INCOMING_PREFIX) || isLockName(name) || name === "backups";
    if (!isOfLogin && !names.every(isOurs))
      this.refuse(
        `${directory} holds other things, and no login`,
        "name a new or empty directory, a captured login or a store: --to DIR",
      );
  }

  checkObstacle(obstacle: Obstacle | null, isRoot: boolean, directory: string): void {
    switch (obstacle?.kind) {
      case undefined:
        return;
      case "owner": {
        const uid = obstacle.uid.toString();
        if (!isRoot)
          this.refuse(`${directory} belongs to uid ${uid}`, `run it as that user, or ${ELSEWHERE}`);
        return;
      }
      case "not-writable":
        return this.refuse(
          `${directory} cannot be written to`,
          `look at owner and mode (ls -ld ${quote(directory)}), or ${ELSEWHERE}`,
        );
      case "symlink":
      case "mount":
        return this.refuse(
          `${directory}/${CREDENTIAL_NAME} is a ${obstacle.kind === "mount" ? "mount of its own" : "symlink"}, which cannot be replaced by a rename`,
          ELSEWHERE,
        );
    }
  }
}
