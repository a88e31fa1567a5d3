import type { Credential } from "../inspect/credential.ts";
import type { Finding } from "./finding.ts";
import { headed } from "./headed.ts";
import { quote } from "./quote.ts";
import { renderFinding } from "./text.ts";
import { until } from "./times.ts";

/** What a restore came to. */
export interface Restored {
  /** Of the login, see `bringLogin`. */
  readonly login: "taken" | "kept" | "none" | "failed";
  /** Where it lies, and where what lost lies. */
  readonly place: { readonly directory: string; readonly backups: string };
  readonly findings: readonly Finding[];
  readonly account: { readonly email: string | null } | null;
  readonly credential: Credential;
  readonly from: string;
  /** The place that was named, or null for the home. */
  readonly to: string | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a person has to know of it. A better login that stays is no failure. */
export function renderRestore(restored: Restored): { out: string; err: string; exitCode: number } {
  const { login, place, findings, account, from, to } = restored;
  const err = findings.map(renderFinding).join("");
  const whose = account?.email ?? null;
  if (login === "failed") return { out: "", err, exitCode: 1 };
  const said = {
    taken: [
      `restored the login${whose === null ? "" : ` of ${whose}`}: ${place.directory}`,
      lasting(restored),
      to === null
        ? "look at it: claude-credentials status"
        : `use it: claude-credentials run --auth ${quote(to)} -- claude`,
    ],
    kept: [
      `the login in ${place.directory} is the better one, and stays`,
      `the one in ${from} is in ${place.backups}; to have it all the same: --force`,
    ],
    none: [`there was no login in ${from}; what else it holds is in ${place.directory}`],
  }[login];
  return {
    out: headed(said),
    err,
    exitCode: 0,
  };
}

function lasting({ credential, now }: Restored): string {
  if (credential.state !== "valid") return "it logs nobody in";
  const { hasRefreshToken, expiresAt, refreshTokenExpiresAt } = credential;
  const end = until(hasRefreshToken ? refreshTokenExpiresAt : expiresAt, now);
  return hasRefreshToken
    ? `it renews itself (${end}): use it nowhere else`
    : `it works ${end}, and nothing renews it`;
}
