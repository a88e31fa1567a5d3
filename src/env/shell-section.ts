import { editMarkedSection, type EditedText } from "./marked-section.ts";
import { findOlderSections } from "./older-sections.ts";
import { BEGIN, END, type RcKind, SECTION_TEXTS } from "./section-texts.ts";

/** What became of a startup file. `older`: the older tool's section does the same already. */
export interface EditedSection {
  readonly state: EditedText["state"] | "older";
  /** Null for a file that is not to be there. */
  readonly text: string | null;
}

/**
 * Puts the API mode's section at the end of a startup file, or takes it out; see `editMarkedSection`.
 * @param text in latin1, so that whatever bytes are in it stay; null where there is no file
 */
export function editShellSection(text: string | null, kind: RcKind, wanted: boolean): EditedSection {
  const edited = editMarkedSection(text, { begin: BEGIN, end: END, texts: SECTION_TEXTS[kind] }, wanted);
  const isOlder = edited.state === "added" && kind === "bash" && text !== null;
  return isOlder && findOlderSections(text).environment ? { state: "older", text } : edited;
}
