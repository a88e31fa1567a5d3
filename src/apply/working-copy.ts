import { parseStateFile } from "../plan/decide-state.ts";
import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { readPortableFiles, type PortableSource } from "./portable-files.ts";
import { writeNew } from "./transfer.ts";

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
  for (const [name, text] of texts) if (name !== STATE_NAME) writeNew(fs, `${config}/${name}`, text);
  writeNew(fs, `${config}/${STATE_NAME}`, onboarded(texts.get(STATE_NAME)));
  if (credential !== null) writeNew(fs, `${config}/${CREDENTIAL_NAME}`, credential);
  return leftOut;
}

/** Answers to first questions would go with the copy: nobody is asked any. */
function onboarded(text: string | undefined): string {
  const state = parseStateFile(text ?? null);
  const facts = state.state === "valid" ? state.document : {};
  return `${JSON.stringify({ ...facts, hasCompletedOnboarding: true }, null, 2)}\n`;
}
