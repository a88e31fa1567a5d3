import type { Owner } from "../apply/file-system.ts";
import { editMarkedSection } from "../env/marked-section.ts";
import type { NoticeFile } from "../inspect/notice-files.ts";
import { NOTICE_SECTIONS } from "../notice/notice-sections.ts";
import { finding, type Finding } from "../report/finding.ts";
import { describeForeign } from "./plan-env-sections.ts";
import type { PartialPlan } from "./plan.ts";
import { INCOMING_PREFIX } from "./plan-merge.ts";
import { writeStartupFile } from "./write-startup-file.ts";

/**
 * The notice's section in the machine's startup files, or its removal where the option says so.
 * @param nonce names this run
 * @returns a part for each file: what becomes of one says nothing of another
 */
export function planNotice(
  files: readonly NoticeFile[],
  wanted: boolean,
  { nonce, user }: { readonly nonce: string; readonly user: Owner },
): PartialPlan[] {
  return files.map(({ rc, isRead }) => {
    const told = (what: string): PartialPlan => ({ actions: [], findings: [left(rc.path, what)] });
    const edited = editMarkedSection(rc.text, NOTICE_SECTIONS[rc.kind], wanted && isRead);
    if (edited.state === "foreign" || edited.state === "broken") return told(describeForeign(edited.state));
    if (rc.trouble !== null)
      return wanted && isRead ? told(`cannot be written, since ${rc.trouble}`) : NOTHING;
    if (edited.text === rc.text) return NOTHING;
    const actions = writeStartupFile(rc, {
      text: edited.text,
      reason: wanted
        ? "a new terminal says where the login needs attention"
        : "terminals are to say nothing (option notice)",
      owner: null,
      user,
      temporary: (directory, what) => `${directory}/${INCOMING_PREFIX}${nonce}-${what}`,
    });
    return { actions, findings: [] };
  });
}

const NOTHING: PartialPlan = { actions: [], findings: [] };

function left(path: string, what: string): Finding {
  return finding(
    "SHELL_SECTION_FOREIGN",
    `${path} ${what}: it is left as it is`,
    "look at the lines from '# >>> claude-credentials notice' to '# <<< claude-credentials notice' in the base image, then rebuild",
    path,
  );
}
