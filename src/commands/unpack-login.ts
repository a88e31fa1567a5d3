import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile, writeNew } from "../apply/transfer.ts";
import type { Context } from "../context.ts";
import { CREDENTIAL_LIMIT } from "../inspect/credential.ts";
import { loginIn, type FoundLogin } from "../inspect/login-directory.ts";
import { accessOnly } from "../plan/access-only.ts";
import { OF_LOGIN } from "../plan/captured-name.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { unpackCapture } from "./unpack-capture.ts";

export interface LoginToUnpack {
  readonly fs: FileSystem;
  readonly context: Context;
  /** An archive, or an encrypted one. Absolute. */
  readonly from: string;
  readonly identities: readonly string[];
  /** A private directory is made at this path. */
  readonly into: string;
  /** Throws to end the work. */
  readonly pulse: () => void;
}

/**
 * Unpacks a captured login to be used from a directory of the moment. Its refresh token goes at once: what the server gave
 * for it would be lost with the directory.
 * @throws UserError as `unpackCapture` does
 */
export async function unpackLogin({ pulse, ...login }: LoginToUnpack): Promise<FoundLogin> {
  const { fs, into } = login;
  const pulses = (): Promise<void> => {
    pulse();
    return Promise.resolve();
  };
  await unpackCapture({ ...login, only: OF_LOGIN, command: "run", pulse: pulses });
  const path = `${into}/${CREDENTIAL_NAME}`;
  const text = readSmallFile(fs, path, CREDENTIAL_LIMIT)?.toString("utf8");
  if (text !== undefined) {
    fs.unlink(path);
    const access = accessOnly(text);
    if (access !== null) writeNew(fs, path, access);
  }
  return loginIn(into);
}
