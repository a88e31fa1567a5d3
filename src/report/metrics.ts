import type { Finding } from "./finding.ts";
import type { StatusReport } from "./status-report.ts";

/** A gauge: its name without the prefix, what it says, and its samples. */
interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

const PREFIX = "claude_credentials_";

/**
 * The state of the login in Prometheus' text format, version 0.0.4, as node_exporter's textfile collector reads it
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Times are timestamps: what is left of them is for the
 * query to say. What is not known has no sample.
 */
export function renderMetrics(report: StatusReport): string {
  return gaugesOf(report).map(renderGauge).join("");
}

function gaugesOf({ loggedIn, persistent, credential, findings }: StatusReport): readonly Gauge[] {
  return [
    {
      name: "logged_in",
      help: "Whether a Claude Code that is started now would be logged in.",
      samples: [{ value: Number(loggedIn) }],
    },
    {
      name: "persistent",
      help: "Whether the login outlives the container.",
      samples: [{ value: Number(persistent) }],
    },
    {
      name: "access_token_expiry_timestamp_seconds",
      help: "When the access token expires; one that can be renewed is no trouble.",
      samples: secondsOf(credential.expiresAt),
    },
    {
      name: "refresh_token_expiry_timestamp_seconds",
      help: "When the refresh token expires, and the login with it.",
      samples: secondsOf(credential.refreshTokenExpiresAt),
    },
    {
      name: "findings",
      help: "What claude-credentials status has to say, by code.",
      samples: countByCode(findings),
    },
  ];
}

function secondsOf(milliseconds: number | null): Gauge["samples"] {
  return milliseconds === null || !Number.isFinite(milliseconds) ? [] : [{ value: milliseconds / 1000 }];
}

function countByCode(findings: readonly Finding[]): Gauge["samples"] {
  const kinds = new Set(findings.map(({ code, severity }) => `${code} ${severity}`));
  return [...kinds].map((kind) => {
    const [code = "", severity = ""] = kind.split(" ");
    const value = findings.filter((one) => one.code === code && one.severity === severity).length;
    return { labels: { code, severity }, value };
  });
}

/** The labels' values are of ours, upper or lower case words: nothing in them is to be escaped. */
function renderGauge({ name, help, samples }: Gauge): string {
  if (samples.length === 0) return "";
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    return `${PREFIX}${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value.toString()}`;
  });
  return [`# HELP ${PREFIX}${name} ${help}`, `# TYPE ${PREFIX}${name} gauge`, ...lines, ""].join("\n");
}
