import type { FindingCode } from "./finding.ts";

/** What the page says of one code: its name, and Markdown below it. */
export interface Explanation {
  readonly code: FindingCode;
  readonly text: string;
}

/** The sections of `docs/findings.md`, in its order. A test holds its headings equal to the codes. */
export function sectionsOf(page: string): readonly Explanation[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      return { code: section.slice(0, end) as FindingCode, text: section.slice(end).trim() };
    });
}

/** A section as a terminal shows it: the marks of emphasis go, code keeps its backquotes. */
export function renderExplanation({ code, text }: Explanation): string {
  const [first = "", ...rest] = text.split("\n");
  const plain = first.replace(/^\*(info|warning|error)\.\*/, "$1.");
  return [code, "", plain, ...rest, ""].join("\n");
}
