import { cutLines, type Span } from "./cut-lines.ts";
import { findOlderSections } from "./older-sections.ts";
import { BEGIN, END, type RcKind, SECTION_TEXTS } from "./section-texts.ts";

/**
 * What became of a startup file. `foreign`: somebody changed our section; `broken`: a mark of ours without the other
 * one. Both are left alone. `older`: the older tool's section does the same already.
 */
export interface EditedSection {
  readonly state: "unchanged" | "added" | "mended" | "removed" | "foreign" | "broken" | "older";
  /** Null for a file that is not to be there. */
  readonly text: string | null;
}

/**
 * Puts our section at the end of a startup file, or takes it out; no other byte changes. Taken out, the file is as it
 * was before: it has its last line break or lacks it, it is empty, or it is not there.
 *
 * A section's lines end as shells want it, in files with Windows' line ends too: `fi` and a carriage return is no
 * command to any shell.
 * @param text in latin1, so that whatever bytes are in it stay; null where there is no file
 */
export function editShellSection(text: string | null, kind: RcKind, wanted: boolean): EditedSection {
  if (text === null)
    return wanted ? { state: "added", text: presentText(kind) } : { state: "unchanged", text };
  const spans = findSections(text);
  if (spans === null) return { state: "broken", text };
  if (spans.some((span) => !isOurs(text, span, kind))) return { state: "foreign", text };
  const [first, ...others] = spans;
  if (first === undefined) return wanted ? add(text, kind) : { state: "unchanged", text };
  if (wanted) {
    // One after the other from the last one on: offsets before a cut stay right.
    const single = cutLines(text, others);
    const mended = single.slice(0, first.start) + presentText(kind) + single.slice(first.end);
    return mended === text ? { state: "unchanged", text } : { state: "mended", text: mended };
  }
  const isAll = spans.length === 1 && first.start === 0 && first.end === text.length;
  return { state: "removed", text: isAll ? null : cutLines(text, spans) };
}

function presentText(kind: RcKind): string {
  return SECTION_TEXTS[kind][0];
}

/** A line break goes before it: a blank line, or the end of a last line without one. */
function add(text: string, kind: RcKind): EditedSection {
  if (kind === "bash" && findOlderSections(text).environment) return { state: "older", text };
  return { state: "added", text: `${text}\n${presentText(kind)}` };
}

/** What our marks enclose, marks included; null where they do not come in pairs. */
function findSections(text: string): Span[] | null {
  const spans: Span[] = [];
  let start: number | null = null;
  for (const { index, 0: line } of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    const isBegin = line.trimStart().startsWith(BEGIN);
    const isEnd = line.trim() === END;
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
function isOurs(text: string, { start, end }: Span, kind: RcKind): boolean {
  const found = text.slice(start, end).replaceAll("\r\n", "\n");
  return SECTION_TEXTS[kind].some((known) => found === known || `${found}\n` === known);
}
