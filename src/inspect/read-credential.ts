import type { FileSystem, Path } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";
import { CREDENTIAL_LIMIT, parseCredential, type Credential } from "./credential.ts";

/** The bytes of a `.credentials.json`; null where there is none. Throws as `readSmallFile` does. */
export function readCredentialBytes(fs: FileSystem, path: Path): Buffer | null {
  return readSmallFile(fs, path, CREDENTIAL_LIMIT);
}

/** The credential's state by content. */
export function readCredential(fs: FileSystem, path: string): Credential {
  try {
    const bytes = readCredentialBytes(fs, path);
    return parseCredential(bytes === null ? null : bytes.toString("utf8"));
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return code === "EFBIG" ? { state: "malformed" } : { state: "unreadable", errnoCode: code };
  }
}
