import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../errors.ts";
import { fromWeb, loadArchiveLibraries, toWeb } from "./web-streams.ts";

/** How a capture is encrypted. */
export type Sealing =
  | { readonly kind: "open" }
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "recipients"; readonly recipients: readonly string[] }
  /** By age's own program, which knows ssh's keys. */
  | { readonly kind: "program"; readonly program: string; readonly recipients: readonly string[] };

/** How an encrypted capture is opened. */
export type Opening =
  | { readonly kind: "passphrase"; readonly passphrase: string }
  | { readonly kind: "identities"; readonly identities: readonly string[] }
  | { readonly kind: "program"; readonly program: string; readonly files: readonly string[] };

/** Whether this is a public key of age's own, down to its last letter. */
export async function isRecipient(key: string): Promise<boolean> {
  const { Encrypter } = await loadArchiveLibraries();
  try {
    new Encrypter().addRecipient(key);
    return true;
  } catch {
    return false;
  }
}

/** Encrypts a stream in age's format. An error of the source is one of what is returned. */
export async function seal(plain: Readable, sealing: Sealing): Promise<Readable> {
  if (sealing.kind === "open") return plain;
  if (sealing.kind === "program")
    return throughProgram(
      plain,
      sealing.program,
      sealing.recipients.flatMap((key) => ["-r", key]),
    );
  const { Encrypter } = await loadArchiveLibraries();
  const encrypter = new Encrypter();
  if (sealing.kind === "passphrase") encrypter.setPassphrase(sealing.passphrase);
  else for (const recipient of sealing.recipients) encrypter.addRecipient(recipient);
  return fromWeb(await encrypter.encrypt(toWeb(plain)));
}

/** Decrypts what `seal` or age's program made. @throws UserError where it is not for these keys, or was changed */
export async function unseal(sealed: Readable, opening: Opening, path: string): Promise<Readable> {
  if (opening.kind === "program")
    return throughProgram(sealed, opening.program, ["-d", ...opening.files.flatMap((file) => ["-i", file])]);
  const { Decrypter } = await loadArchiveLibraries();
  const decrypter = new Decrypter();
  if (opening.kind === "passphrase") decrypter.addPassphrase(opening.passphrase);
  else addIdentities(decrypter, opening.identities);
  try {
    return fromWeb(await decrypter.decrypt(toWeb(sealed)));
  } catch (error) {
    sealed.destroy();
    const isFile = error instanceof Error && !("code" in error);
    if (!isFile) throw error;
    throw new UserError(
      `${path} cannot be decrypted: ${/no identity|passphrase/i.test(error.message) ? "it is for another key or passphrase" : "it is no whole age file"}`,
      "give the key that it was made for: --identity FILE   or its passphrase, on a terminal",
    );
  }
}

function throughProgram(from: Readable, program: string, args: readonly string[]): Readable {
  const child = spawn(program, [...args], { stdio: ["pipe", "pipe", "pipe"] });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const ended = once(child, "close") as Promise<[number | null]>;
  // Where it cannot be started that is told when it is waited for.
  ended.catch(() => undefined);
  const feeding = pipeline(from, child.stdin).catch((error: unknown) => error);
  const through = Readable.from(
    (async function* () {
      for await (const chunk of child.stdout) yield chunk as Buffer;
      const [code] = await ended;
      const failure = await feeding;
      if (code !== 0)
        throw new UserError(
          `${program} ended with ${String(code)}: ${Buffer.concat(said).toString("utf8").trim().slice(0, 500)}`,
          "see what it says, and give the right keys",
        );
      if (failure instanceof Error) throw failure;
    })(),
    { objectMode: false },
  );
  // Nobody reads on: it must not wait for that.
  return through.once("close", () => child.kill());
}

function addIdentities(decrypter: { addIdentity(key: string): void }, identities: readonly string[]): void {
  try {
    for (const identity of identities) decrypter.addIdentity(identity);
  } catch {
    throw new UserError(
      "a key in the identity file is none: a letter of it is wrong",
      "name the file as age-keygen wrote it: --identity FILE",
    );
  }
}
