import { dirname } from "node:path";
import { entriesOf } from "../apply/capture/copy-capture.ts";
import { describeBadCapture, extractArchive } from "../apply/capture/extract-archive.ts";
import { decompressed, kindOfFile, readFileStream } from "../apply/capture/open-capture.ts";
import { unseal, type Opening } from "../apply/capture/seal.ts";
import { writeEntries } from "../apply/capture/write-directory.ts";
import type { FileSystem } from "../apply/file-system.ts";
import type { Context } from "../context.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import { readIdentities } from "../inspect/identity-files.ts";
import { loginDirectory } from "../inspect/login-directory.ts";
import { CapturedEntryGuard } from "../plan/captured-entry-guard.ts";
import { findAgeProgram } from "./age-program.ts";
import { askKnownPassphrase } from "./ask-passphrase.ts";

export interface Unpacking {
  readonly fs: FileSystem;
  readonly context: Context;
  /** What was captured: a directory, an archive or an encrypted one. Absolute. */
  readonly from: string;
  /** Files with the keys of an encrypted one; none asks for its passphrase. */
  readonly identities: readonly string[];
  /** A private directory is made at this path. */
  readonly into: string;
  /** The paths of an archive that are wanted; null for all. */
  readonly only: ReadonlySet<string> | null;
  /** For the messages. */
  readonly command: string;
  /** Called after each piece; throws to end the work. */
  readonly pulse: () => Promise<void>;
}

/**
 * Brings what was captured into a private directory, whatever it was captured to. Nothing in it is trusted.
 * @throws UserError for what is no capture, or cannot be opened
 */
export async function unpackCapture(unpacking: Unpacking): Promise<void> {
  const { fs, from, command } = unpacking;
  const real = fs.realpath(from);
  const type = real === null ? undefined : fs.lstat(real)?.type;
  if (real === null || (type !== "directory" && type !== "file"))
    throw new UserError(
      `${command}: ${from} is ${real === null ? "not there" : "neither file nor directory"}`,
      "name what claude-credentials capture made: a directory, a .tar.gz or an .age file",
    );
  try {
    if (type === "directory") await copyDirectory(unpacking, loginDirectory(fs, real));
    else await unpackFile(unpacking, real);
  } catch (error) {
    if (error instanceof UserError || error instanceof Interrupted) throw error;
    const bad = describeBadCapture(error);
    if (bad === null && errnoCode(error) !== undefined) throw error;
    throw new UserError(
      `${command}: ${from} is refused: ${bad ?? (error instanceof Error ? error.message : String(error))}. Nothing was changed`,
      "make it anew where the login is: claude-credentials capture",
    );
  }
}

async function copyDirectory(
  { fs, from, into, pulse, command }: Unpacking,
  directory: string,
): Promise<void> {
  if (fs.realpath(dirname(into))?.startsWith(`${directory}/`) === true)
    throw new UserError(
      `${command}: ${from} is refused: what is unpacked would come to lie in it. Nothing was changed`,
      "name the directory that claude-credentials capture made",
    );
  await writeEntries(fs, into, entriesOf(fs, directory, new CapturedEntryGuard()), pulse);
}

async function unpackFile(unpacking: Unpacking, path: string): Promise<void> {
  const { fs, into, only, pulse, command } = unpacking;
  const kind = kindOfFile(fs, path, command);
  const opening = kind === "encrypted" ? await openingOf(unpacking) : null;
  const file = readFileStream(fs, path);
  const plain = opening === null ? file : await unseal(file, opening, path);
  fs.mkdir(into, 0o700);
  await extractArchive(await decompressed(plain), { fs, into, guard: new CapturedEntryGuard(), only, pulse });
}

async function openingOf({ fs, context, from, identities, command }: Unpacking): Promise<Opening> {
  if (identities.length === 0) {
    const instead = `name the file with its key: --identity FILE`;
    return { kind: "passphrase", passphrase: await askKnownPassphrase(context, from, instead) };
  }
  const found = readIdentities(fs, identities, command);
  if (found.kind === "keys") return { kind: "identities", identities: found.keys };
  const program = findAgeProgram(fs, context, command, "");
  return { kind: "program", program, files: identities };
}
