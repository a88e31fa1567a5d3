import type { LeftOut } from "../apply/capture/list-entries.ts";
import type { CaptureForm } from "../capture-options.ts";
import type { CapturedLogin } from "../plan/captured-login.ts";
import { headed } from "./headed.ts";
import { printable } from "./printable.ts";
import { quote } from "./quote.ts";
import { until } from "./times.ts";

/** What a capture came to. */
export interface Captured {
  readonly to: string;
  readonly form: CaptureForm;
  readonly account: { readonly email: string | null } | null;
  readonly login: Extract<CapturedLogin, { kind: "login" }>;
  readonly move: boolean;
  readonly withRefreshToken: boolean;
  readonly leftOut: readonly LeftOut[];
  /** Names of settings that are none or cannot be read. */
  readonly settings: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a person has to know of it: on standard output, and what did not go along on standard error. */
export function renderCapture(captured: Captured): { out: string; err: string } {
  const { to, account, leftOut, settings } = captured;
  const whose = account?.email ?? null;
  const said = [
    `captured the login${whose === null ? "" : ` of ${whose}`}: ${to}`,
    ...lasting(captured),
    ...next(captured),
  ];
  const missing = [
    ...settings.map((name) => `${name} is no JSON that can be read, and was left out`),
    ...leftOut.slice(0, 5).map(({ path, why }) => `${path.toString()} was left out: ${WHY[why]}`),
    ...(leftOut.length > 5 ? [`${(leftOut.length - 5).toString()} more were left out`] : []),
  ];
  return {
    out: headed(said),
    err: missing.map((line) => `claude-credentials: capture: ${printable(line)}\n`).join(""),
  };
}

const WHY: Readonly<Record<LeftOut["why"], string>> = {
  "a login": "it may hold a login, which goes along as one or not at all",
  "leads outside": "a symlink that leads outside",
  "no file": "a FIFO, socket or device",
  "not readable": "it may not be read",
  "no UTF-8": "its name is no UTF-8, which an archive cannot have",
};

function lasting({ login, move, withRefreshToken, now }: Captured): string[] {
  const { isWhole } = login;
  const end = until(login.until, now);
  if (isWhole && move)
    return [`the whole login, forgotten here: it lives on where you restore it, and only there (${end})`];
  if (isWhole)
    return [
      `the whole login (${end}): use it in one place. The first renewal, here or there, ends the other for good`,
    ];
  const none = withRefreshToken
    ? "there is no refresh token in this login"
    : "its refresh token was left out";
  return [`it works ${end}: ${none}, so nothing renews it`];
}

function next({ to, form }: Captured): string[] {
  const path = quote(to);
  return form === "directory"
    ? [
        `use it: claude-credentials run --auth ${path} -- claude   or: claude-credentials restore --from ${path}`,
      ]
    : [`bring it to another place, and there: claude-credentials restore --from ${path}`];
}
