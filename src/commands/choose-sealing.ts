import { isRecipient, type Sealing } from "../apply/capture/seal.ts";
import type { FileSystem } from "../apply/file-system.ts";
import type { CaptureOptions } from "../capture-options.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findAgeProgram } from "./age-program.ts";
import { askNewPassphrase } from "./ask-passphrase.ts";

/**
 * How what is captured is encrypted; asks for a passphrase where no key is named.
 * @throws UserError for a key that is none, or that nothing here can use
 */
export async function chooseSealing(
  fs: FileSystem,
  context: Context,
  { form, recipients }: Pick<CaptureOptions, "form" | "recipients">,
): Promise<Sealing> {
  if (form !== "encrypted") return { kind: "open" };
  if (recipients.length === 0) {
    const instead = "give a public key: --recipient age1… (age-keygen makes one)";
    return { kind: "passphrase", passphrase: await askNewPassphrase(context, instead) };
  }
  for (const key of recipients.filter((one) => one.startsWith("age1")))
    if (!(await isRecipient(key)))
      throw new UserError(
        `capture: ${key} is no public key: a letter of it is wrong`,
        "copy it again: age-keygen -y FILE prints it",
        2,
      );
  if (!recipients.some((recipient) => recipient.startsWith("ssh-")))
    return { kind: "recipients", recipients };
  const program = findAgeProgram(fs, context, "capture", ": --recipient age1…");
  return { kind: "program", program, recipients };
}
