import { parseStateBytes, readStateBytes } from "../inspect/state-file.ts";
import { answerOnboarding } from "../plan/answer-onboarding.ts";
import { CREATED, type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem } from "./file-system.ts";
import { isSameBytes } from "./merge-credential.ts";
import { parentPath } from "./path.ts";

/** Writes the answers into the state file, decided anew where that changes meanwhile. One that is no JSON object is left to be mended first. */
export function applyAnswers(action: Of<"answer-onboarding">, fs: FileSystem): Done {
  for (;;) {
    const bytes = readStateBytes(fs, action.path);
    const state = parseStateBytes(bytes);
    if (state.state === "malformed") return UNCHANGED;
    const answered = answerOnboarding(state.state === "valid" ? state.document : {}, action);
    if (answered === null) return UNCHANGED;
    const isWritten = writeDurably(fs, {
      ...{ path: action.path, mode: 0o600, owner: action.owner, temporary: action.temporary },
      bytes: Buffer.from(`${JSON.stringify(answered, null, 2)}\n`),
      directory: parentPath(action.path),
      isStillSo: () => isSameBytes(readStateBytes(fs, action.path), bytes),
    });
    if (isWritten) return bytes === null ? CREATED : UPDATED;
  }
}
