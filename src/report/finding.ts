/** How much a finding matters: `info` is worth knowing, `warning` wants attention, `error` means not all could be done. */
export type Severity = "info" | "warning" | "error";

/**
 * Every code a finding can carry, each with its default severity. A code is never renamed or reused once
 * published; `docs/findings.md` has one section for each (a test holds the two equal).
 */
export const FINDING_SEVERITY = {
  STORE_TRACKED_BY_GIT: "error",
  STORE_QUARANTINED: "warning",
  STORE_IN_WORK_TREE: "warning",
  STORE_UNSAFE: "error",
  STORE_NOT_PERSISTENT: "warning",
  STORE_NOT_WRITABLE: "error",
  STORE_WRONG_OWNER: "error",
  STORE_MODE_IGNORED: "warning",
  STORE_IN_BUILD_CONTEXT: "warning",
  STORE_READABLE_BY_AGENT: "warning",
  STORE_NEWER: "error",
  STORE_SHARED: "info",
  STORE_KEPT: "info",
  BACKUPS_KEPT: "info",
  FEATURE_INSTALLED: "info",
  CREDENTIAL_ABSENT: "info",
  CREDENTIAL_BLANK: "warning",
  CREDENTIAL_MALFORMED: "warning",
  CREDENTIAL_EXPIRED: "warning",
  CREDENTIAL_EXPIRING: "warning",
  CREDENTIAL_SCOPES: "warning",
  CREDENTIAL_OLD: "warning",
  CREDENTIAL_RESTORED: "warning",
  CREDENTIAL_MODE: "warning",
  CONFIG_HOLDS_MOUNT: "error",
  LINK_MISSING: "warning",
  LINK_REPLACED: "warning",
  LINK_FOREIGN: "error",
  STATE_MALFORMED: "warning",
  ONBOARDING_MISSING: "info",
  MODE_CONFLICT: "warning",
  ENV_INCOMPLETE: "warning",
  ENV_REMAINS: "info",
  SHELL_SECTION_FOREIGN: "warning",
  SHELL_SECTION_MISSING: "warning",
  FILE_SKIPPED: "warning",
  MOVE_INCOMPLETE: "error",
  LOCK_HELD: "error",
  RENEWAL_FAILED: "error",
  RUNTIME_MISSING: "error",
  IMAGE_HOLDS_CREDENTIAL: "warning",
  CLIENT_OUTDATED: "warning",
  LOCK_STALE: "info",
  HOME_MOUNTED: "info",
  MOUNT_MISPLACED: "warning",
  HOOKS_NOT_RUN: "warning",
  LINK_REPOINTED: "warning",
} as const satisfies Record<string, Severity>;

export type FindingCode = keyof typeof FINDING_SEVERITY;

/**
 * Something a person should know. `hint` says what to do, as a command where there is one, and ends in the command that
 * explains the code, on a line of its own: what comes before can be pasted. Neither text ever holds a secret.
 */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  readonly path?: string;
}

/** A finding, with its code's default severity unless this one matters more or less than others of its code. */
export function finding(
  code: FindingCode,
  message: string,
  hint: string,
  path?: string,
  severity: Severity = FINDING_SEVERITY[code],
): Finding {
  const base = { code, severity, message, hint: hint + explainLine(code) };
  return path === undefined ? base : { ...base, path };
}

/** What a hint says before its last line. */
export function ownHint({ code, hint }: Finding): string {
  return hint.slice(0, -explainLine(code).length);
}

/** The end of every hint. */
function explainLine(code: FindingCode): string {
  return `\nclaude-credentials explain ${code}`;
}

/** Warnings of what stays as it is until somebody decides otherwise; nothing is left to be done. */
const STANDING: ReadonlySet<FindingCode> = new Set([
  "STORE_MODE_IGNORED",
  "STORE_IN_BUILD_CONTEXT",
  "STORE_IN_WORK_TREE",
  "STORE_QUARANTINED",
  "ENV_INCOMPLETE",
  "SHELL_SECTION_FOREIGN",
  "SHELL_SECTION_MISSING",
]);

/** True for a finding that the next `start` need not look into again: `status` repeats it. */
export function isStandingAdvice({ code, severity }: Finding): boolean {
  return severity === "warning" && STANDING.has(code);
}
