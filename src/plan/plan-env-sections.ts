import type { EnvFile } from "../env/env-file.ts";
import { TOKEN_VARIABLE } from "../env/env-names.ts";
import { findOlderSections, removeOlderSections } from "../env/older-sections.ts";
import { editShellSection } from "../env/shell-section.ts";
import type { RcFile } from "../inspect/rc-files.ts";
import { finding, type Finding } from "../report/finding.ts";
import type { Action } from "./action.ts";
import type { PartialPlan, Planning } from "./plan.ts";
import { writeStartupFile } from "./write-startup-file.ts";

/** Whether shells are to read the variables: the older tool, which says nothing of it, knew nothing else. */
export function reachesShells({ to }: EnvFile): boolean {
  return to !== "settings";
}

/** Our section in the startup files of the shells that are there, or its removal where they are not to be reached. */
export function planSections(planning: Planning, file: EnvFile): PartialPlan {
  const parts = planning.inspection.env.rcFiles.map((rc) => planSection(planning, rc, file));
  return {
    actions: parts.flatMap(({ actions }) => actions),
    findings: parts.flatMap(({ findings }) => findings),
  };
}

function planSection(planning: Planning, rc: RcFile, file: EnvFile): PartialPlan {
  const wanted = reachesShells(file);
  const told = (trouble: Finding): PartialPlan => ({ actions: [], findings: [trouble] });
  if (rc.trouble !== null && rc.text === null && rc.file === rc.path && rc.missing.length === 0)
    return wanted ? told(unreached(rc, rc.trouble)) : { actions: [], findings: [] };
  const cleaned = planning.options.env.kind === "set" ? withoutOtherKey(rc, file) : rc.text;
  const edited = editShellSection(cleaned, rc.kind, wanted);
  if (edited.state === "foreign" || edited.state === "broken") return told(foreign(rc, edited.state));
  if (edited.text === rc.text) return { actions: [], findings: [] };
  if (rc.trouble !== null) return wanted ? told(unreached(rc, rc.trouble)) : told(remains(rc, rc.trouble));
  const reason = wanted ? "shells read the API mode's variables" : "shells are not to read the variables";
  return { actions: writeRc(planning, rc, edited.text, reason), findings: [] };
}

/** What the older tool does for a key of its own must not give the client a second one. */
function withoutOtherKey(rc: RcFile, { variables }: EnvFile): string | null {
  if (rc.text === null || variables.has(TOKEN_VARIABLE["api-key"])) return rc.text;
  return findOlderSections(rc.text).apiKey === null ? rc.text : removeOlderSections(rc.text, "apiKey");
}

/** @param text what the file is to hold; null removes it */
export function writeRc(planning: Planning, rc: RcFile, text: string | null, reason: string): Action[] {
  const { inspection, options, temporary } = planning;
  return writeStartupFile(rc, { text, reason, owner: options.homeOwner, user: inspection.user, temporary });
}

/** What is wrong with a file whose section is left alone. */
export function describeForeign(state: "foreign" | "broken"): string {
  return state === "broken"
    ? "begins a section of ours that has no end"
    : "has a section of ours that somebody changed";
}

/** The finding for a section that somebody changed. */
export function foreign(rc: RcFile, state: "foreign" | "broken"): Finding {
  return finding(
    "SHELL_SECTION_FOREIGN",
    `${rc.path} ${describeForeign(state)}: it is left as it is`,
    "remove the lines from '# >>> claude-credentials' to '# <<< claude-credentials' yourself, then: claude-credentials start",
    rc.path,
  );
}

function unreached(rc: RcFile, why: string): Finding {
  return finding(
    "SHELL_SECTION_MISSING",
    `${rc.path} is left as it is, since ${why}: shells that read it alone do not get the API mode's variables`,
    rc.kind === "fish"
      ? "make it writable and run: claude-credentials start   or use: claude-credentials env set --to settings"
      : `add this line to it:  [ -r ~/.claude-code-env ] && . ~/.claude-code-env`,
    rc.path,
  );
}

/** The finding for a section that cannot be taken out. */
export function remains(rc: RcFile, why: string): Finding {
  return finding(
    "SHELL_SECTION_FOREIGN",
    `${rc.path} keeps a section of ours, since ${why}`,
    "remove the lines from '# >>> claude-credentials' to '# <<< claude-credentials' yourself",
    rc.path,
  );
}
