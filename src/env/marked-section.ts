import { cutLines, type Span } from "./cut-lines.ts";

/** What is ours in a file of others: known by its first and last line, and by its whole text. */
export interface MarkedSection {
  /** What every first line of it begins with, of whatever version. */
  readonly begin: string;
  readonly end: string;
  /**
   * All that was ever written as this section, the present text first: what else stands between the two marks is
   * somebody's own. A changed text is put before the others, which stay.
   */
  readonly texts: readonly [present: string, ...earlier: string[]];
}

/**
 * What became of the file. `foreign`: somebody changed our section; `broken`: a mark of ours without the other one.
 * Both are left alone.
 */
export interface EditedText {
  readonly state: "unchanged" | "added" | "mended" | "removed" | "foreign" | "broken";
  /** Null for a file that is not to be there. */
  readonly text: string | null;
}

/**
 * Puts a section at the end of a file, or takes it out; no other byte changes. Taken out, the file is as it was before:
 * it has its last line break or lacks it, it is empty, or it is not there.
 *
 * A section's lines end as shells want it, in files with Windows' line ends too: `fi` and a carriage return is no
 * command to any shell.
 * @param text in latin1, so that whatever bytes are in it stay; null where there is no file
 */
export function editMarkedSection(text: string | null, section: MarkedSection, wanted: boolean): EditedText {
  const [present] = section.texts;
  if (text === null) return wanted ? { state: "added", text: present } : { state: "unchanged", text };
  const spans = findSections(text, section);
  if (spans === null) return { state: "broken", text };
  if (spans.some((span) => !isOurs(text, span, section))) return { state: "foreign", text };
  const [first, ...others] = spans;
  // A line break goes before it: a blank line, or the end of a last line without one.
  if (first === undefined)
    return wanted ? { state: "added", text: `${text}\n${present}` } : { state: "unchanged", text };
  if (wanted) {
    // One after the other from the last one on: offsets before a cut stay right.
    const single = cutLines(text, others);
    const mended = single.slice(0, first.start) + present + single.slice(first.end);
    return mended === text ? { state: "unchanged", text } : { state: "mended", text: mended };
  }
  const isAll = spans.length === 1 && first.start === 0 && first.end === text.length;
  return { state: "removed", text: isAll ? null : cutLines(text, spans) };
}

/** What our marks enclose, marks included; null where they do not come in pairs. */
function findSections(text: string, { begin, end }: MarkedSection): Span[] | null {
  const spans: Span[] = [];
  let start: number | null = null;
  for (const { index, 0: line } of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    const isBegin = line.trimStart().startsWith(begin);
    const isEnd = line.trim() === end;
    if ((isBegin && start !== null) || (isEnd && start === null)) return null;
    if (isBegin) start = index;
    if (isEnd && start !== null) {
      spans.push({ start, end: index + line.length });
      start = null;
    }
  }
  return start === null ? spans : null;
}

/** Whether we wrote it: an editor may have changed the line ends, or left out the last one. */
function isOurs(text: string, { start, end }: Span, { texts }: MarkedSection): boolean {
  const found = text.slice(start, end).replaceAll("\r\n", "\n");
  return texts.some((known) => found === known || `${found}\n` === known);
}
