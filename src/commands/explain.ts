import { dirname } from "node:path";
import { readSmallFile } from "../apply/transfer.ts";
import type { Command } from "../context.ts";
import { UserError } from "../errors.ts";
import { parseExplainOptions } from "../explain-options.ts";
import { thisMachine } from "../inspect/machine.ts";
import { FINDING_SEVERITY } from "../report/finding.ts";
import { renderExplanation, sectionsOf, type Explanation } from "../report/findings-page.ts";
import { verboseLines } from "../report/verbose.ts";

/** Bytes; the page has some 15,000. */
const LIMIT = 1024 * 1024;

/** Prints the section of the findings page for a code, or lists the codes. Reads the page that is installed beside the program. */
export const runExplain: Command = (args, context) => {
  const { code, json, verbose } = parseExplainOptions(args);
  const path = `${dirname(context.bundlePath)}/findings.md`;
  const sections = sectionsOf(readPage(path));
  if (verbose)
    context.err(
      verboseLines([
        `${path}: ${String(sections.length)} sections`,
        `asked for: ${code ?? "the list of codes"}`,
      ]),
    );
  if (code === null) {
    context.out(json ? jsonOf(sections) : listOf(sections));
    return Promise.resolve(0);
  }
  const section = sections.find((one) => one.code === code);
  if (section === undefined) {
    const hint = "claude-credentials explain   lists the codes";
    throw new UserError(`explain: there is no finding '${code}'`, hint, 2);
  }
  context.out(json ? jsonOf([section]) : renderExplanation(section));
  return Promise.resolve(0);
};

function readPage(path: string): string {
  const bytes = readSmallFile(thisMachine().fs, path, LIMIT);
  if (bytes === null) {
    throw new UserError(
      `explain: ${path} is not there`,
      "build the image again, or read docs/findings.md",
      1,
    );
  }
  return bytes.toString("utf8");
}

function jsonOf(sections: readonly Explanation[]): string {
  const findings = sections.map(({ code, text }) => ({ code, severity: FINDING_SEVERITY[code], text }));
  return `${JSON.stringify({ version: 1, findings })}\n`;
}

function listOf(sections: readonly Explanation[]): string {
  return sections.map(({ code }) => `${FINDING_SEVERITY[code].padEnd(8)} ${code}\n`).join("");
}
