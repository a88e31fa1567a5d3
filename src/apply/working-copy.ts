import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import type { FileSystem } from "./file-system.ts";
import { readPortableFiles, type PortableSource } from "./portable-files.ts";
import { withOpen, writeAll } from "./transfer.ts";

export interface WorkingCopy extends PortableSource {
  /** The new configuration directory; there is nothing at its path. */
  readonly config: string;
  /** The text of a credential without a refresh token; null where none is to be in it. */
  readonly credential: string | null;
}

/**
 * Makes a private configuration directory: settings, the account and its onboarding, and nothing else of anybody's.
 * @returns the names of settings that are none or cannot be read, which were left out
 */
export function makeWorkingCopy(copy: WorkingCopy): readonly string[] {
  const { fs, config, credential } = copy;
  fs.mkdir(config, 0o700);
  const { texts, leftOut } = readPortableFiles(copy);
  for (const [name, text] of texts) write(fs, `${config}/${name}`, text);
  if (credential !== null) write(fs, `${config}/${CREDENTIAL_NAME}`, credential);
  return leftOut;
}

function write(fs: FileSystem, path: string, text: string): void {
  withOpen(fs, fs.openNew(path, 0o600), (descriptor) => {
    writeAll(fs, descriptor, Buffer.from(text), 0);
  });
}
