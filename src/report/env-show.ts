import { checkBaseUrl } from "../env/check-base-url.ts";
import { draftOf } from "../env/draft.ts";
import { isSecretName } from "../env/env-names.ts";
import { envState } from "../plan/env-state.ts";
import { modeInForce, type ModeInForce } from "../env/mode-in-force.ts";
import type { EnvLook } from "../inspect/inspect-env.ts";
import { displayPath } from "../layout.ts";
import { reachesSettings } from "../plan/plan-env-settings.ts";
import { reachesShells } from "../plan/plan-env-sections.ts";
import type { Finding } from "./finding.ts";
import { describeMode, loginState } from "./mode-findings.ts";
import { modeStatus } from "./mode-status.ts";
import { printable } from "./printable.ts";
import { renderFinding } from "./text.ts";

/** What `env show` tells; its JSON is this object as it stands. No value of it is a secret. */
export interface EnvShowReport {
  readonly version: 1;
  readonly outcome: "ok" | "not-configured" | "incomplete";
  readonly missing: readonly string[];
  readonly path: string | null;
  readonly persistent: boolean;
  readonly baseUrl: string | null;
  readonly token: { readonly kind: string; readonly length: number } | null;
  /** Their names. */
  readonly headers: readonly string[];
  /** The other variables; a value that may be a secret is null. */
  readonly variables: Readonly<Record<string, string | null>>;
  readonly to: "shell" | "settings" | "both" | null;
  readonly reaches: readonly string[];
  readonly inForce: Pick<ModeInForce, "mode" | "variable" | "source" | "path">;
  readonly actions: readonly [];
  readonly findings: readonly Finding[];
}

export function envShowReport(look: EnvLook): EnvShowReport {
  const { env } = look;
  const file = env.file.state === "valid" ? env.file.file : null;
  const draft = file === null ? null : draftOf(file);
  const { mode, variable, source, path } = modeInForce(env.sources, loginState(look.status));
  return {
    version: 1,
    ...envState(env),
    path: env.path,
    persistent: env.persistent,
    baseUrl: showUrl(draft?.baseUrl ?? null),
    token:
      draft?.kind == null || draft.token === null ? null : { kind: draft.kind, length: draft.token.length },
    headers: draft?.headers.map(([name]) => name) ?? [],
    variables: Object.fromEntries(
      [...(draft?.others ?? [])].map(([name, value]) => [name, isSecretName(name) ? null : value]),
    ),
    to: draft?.to ?? null,
    reaches:
      file === null
        ? []
        : [
            ...(reachesShells(file) ? env.rcFiles.map((rc) => rc.path) : []),
            ...(reachesSettings(file) && env.settings !== null ? [env.settings.path] : []),
          ],
    inForce: { mode, variable, source, path },
    actions: [],
    findings: modeStatus(look).findings,
  };
}

/** An address that somebody wrote by hand may have a password in it. */
function showUrl(baseUrl: string | null): string | null {
  const checked = baseUrl === null ? null : checkBaseUrl(baseUrl, true);
  if (checked === null) return null;
  return checked.ok ? checked.url : "(not shown: it is no plain URL)";
}

export function renderEnvShow(report: EnvShowReport, home: string): string {
  const { outcome, path, token, headers, variables, reaches, missing } = report;
  const short = (name: string): string => displayPath(name, home);
  const rows: [string, string][] =
    outcome === "not-configured"
      ? []
      : report.to === null
        ? [["kept in", path ?? "?"]]
        : [
            ["base URL", report.baseUrl ?? "Anthropic's own"],
            ["token", token === null ? "none" : `${token.kind}, ${token.length.toString()} characters`],
            ...(headers.length === 0 ? [] : [["headers", headers.join(", ")] as [string, string]]),
            ...Object.entries(variables).map(([name, value]): [string, string] => [
              name,
              value ?? "(not shown)",
            ]),
            ["kept in", `${path ?? "?"}${report.persistent ? "" : " (gone with this container)"}`],
            ["read by", reaches.map(short).join(", ")],
            ...(report.to === "shell"
              ? []
              : [["note", "settings come before what a shell exports"] as [string, string]]),
            ...(missing.length === 0 ? [] : [["missing", missing.map(short).join(", ")] as [string, string]]),
          ];
  const lines = [
    `claude-credentials: ${HEADLINES[outcome]}`,
    ...[...rows, ["in force", describeMode(report.inForce, home)] as const].map(
      ([name, text]) => `  ${printable(name).padEnd(16)} ${printable(text)}`,
    ),
  ];
  return `${lines.join("\n")}\n${report.findings.map(renderFinding).join("")}`;
}

const HEADLINES = {
  ok: "the API mode is set",
  "not-configured": "the API mode is not set (claude-credentials env set)",
  incomplete: "the API mode is set, and not complete",
} as const;
