import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";

/** Characters. */
const SHORTEST = 12;

/** Asks for a new passphrase, twice, without echo. @throws UserError where there is nobody to ask, or who gives up */
export async function askNewPassphrase({ terminal }: Context, instead: string): Promise<string> {
  const first = await askPassphrase(terminal, "Passphrase (not shown)", instead, (given) =>
    given.length < SHORTEST ? `at least ${SHORTEST.toString()} characters` : undefined,
  );
  await askPassphrase(terminal, "The same again", instead, (given) =>
    given === first ? undefined : "that is another one",
  );
  return first;
}

/** Asks for the passphrase of a file. @throws UserError as above */
export async function askKnownPassphrase(
  { terminal }: Context,
  path: string,
  instead: string,
): Promise<string> {
  return await askPassphrase(terminal, `Passphrase of ${path} (not shown)`, instead, () => undefined);
}

async function askPassphrase(
  terminal: Context["terminal"],
  message: string,
  instead: string,
  validate: (given: string) => string | undefined,
): Promise<string> {
  if (terminal === null) throw new UserError("there is no terminal to ask for the passphrase", instead, 2);
  const { password } = await import("../libraries.ts");
  const given = await password({ ...terminal, message, mask: "", validate: (text = "") => validate(text) });
  if (typeof given === "symbol")
    throw new UserError("given up; nothing was changed", "run it again when you like");
  return given;
}
