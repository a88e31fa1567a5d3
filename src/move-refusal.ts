/**
 * A move that is not begun, because a look beforehand showed that it could not be finished. Nothing has changed.
 * The message is the cause, with the paths that it is about; never a secret.
 */
export class MoveRefusal extends Error {
  /** The error that the system would have answered with on the way: `EACCES`, `ENOSPC`, … */
  readonly code: string;
  readonly path: string;
  /** What to do, a command at best. */
  readonly remedy: string;

  constructor(code: string, path: string, cause: string, remedy: string) {
    super(cause);
    this.name = "MoveRefusal";
    this.code = code;
    this.path = path;
    this.remedy = remedy;
  }
}
