import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../../src/plan/next-look.ts";
import { describeAttention, loginEnd } from "../../../src/report/attention.ts";
import { finding, FINDING_SEVERITY, type FindingCode } from "../../../src/report/finding.ts";
import type { StatusReport } from "../../../src/report/status-report.ts";

/** Noon, so that the day is the same in most time zones. */
const NOW = Date.UTC(2026, 10, 23, 12);
const HOME = "/home/dev";

const CREDENTIAL: StatusReport["credential"] = {
  state: "valid",
  expiresAt: NOW + 3_600_000,
  expiresIn: 3600,
  refreshTokenExpiresAt: NOW + 30 * DAY_MS,
  hasRefreshToken: true,
  scopes: ["user:inference"],
  subscriptionType: "max",
};

const WELL: StatusReport = {
  version: 1,
  mode: "oauth",
  loggedIn: true,
  persistent: true,
  account: null,
  credential: CREDENTIAL,
  store: { root: "/work/.git/claude-credentials", kind: "git" },
  links: [
    { path: `${HOME}/.claude`, target: "/work/.git/claude-credentials/.claude-credentials", state: "ok" },
  ],
  locks: [],
  findings: [],
};

const OUT = { mode: "none", loggedIn: false } as const;
const link = (state: StatusReport["links"][number]["state"]): StatusReport["links"] => [
  { path: `${HOME}/.claude`, target: null, state },
];
const credential = (changes: Partial<StatusReport["credential"]>): Pick<StatusReport, "credential"> => ({
  credential: { ...CREDENTIAL, ...changes },
});
const gone = { scopes: [], hasRefreshToken: false, expiresAt: null, refreshTokenExpiresAt: null } as const;

function say(changes: Partial<StatusReport>): string | null {
  return describeAttention({ ...WELL, ...changes }, NOW, HOME);
}

describe("a terminal is told nothing", () => {
  test.each<[string, Partial<StatusReport>]>([
    ["all is well", {}],
    ["the access token has expired and renews itself", credential({ expiresAt: NOW - 1000 })],
    ["the login ends in more than three days", credential({ refreshTokenExpiresAt: NOW + 3 * DAY_MS + 1 })],
    ["nobody knows when it ends", credential({ refreshTokenExpiresAt: null })],
    ["the token never expires", credential({ hasRefreshToken: false, expiresAt: null })],
    [
      "there are warnings alone",
      {
        findings: [
          finding("STORE_IN_BUILD_CONTEXT", "message", "hint"),
          finding("MODE_CONFLICT", "message", "hint"),
          finding("STORE_MODE_IGNORED", "message", "hint"),
        ],
      },
    ],
    [
      "a token takes the place of a login that ended",
      { mode: "auth-token", ...credential({ refreshTokenExpiresAt: NOW - 1 }) },
    ],
    ["a volume is mounted at the configuration directory", { links: link("mount") }],
  ])("where %s", (_, changes) => {
    expect(say(changes)).toBeNull();
  });
});

describe("a terminal is told", () => {
  test.each<[string, Partial<StatusReport>, string]>([
    [
      "nobody is logged in",
      { ...OUT, ...credential({ ...gone, state: "absent" }) },
      "not logged in: claude auth login",
    ],
    [
      "the server refused the login",
      { ...OUT, ...credential({ ...gone, state: "blank" }) },
      "not logged in (the server refused it): claude auth login",
    ],
    [
      "the credential is damaged",
      { ...OUT, ...credential({ ...gone, state: "malformed" }) },
      "not logged in (its file is damaged): claude auth login",
    ],
    [
      "the credential cannot be read",
      { ...OUT, ...credential({ ...gone, state: "unreadable" }) },
      "the login cannot be read: claude-credentials status",
    ],
    [
      "the login has ended",
      {
        loggedIn: false,
        ...credential({ expiresAt: NOW - DAY_MS, refreshTokenExpiresAt: NOW - 2 * DAY_MS }),
      },
      "not logged in (ended on 21 Nov): claude auth login",
    ],
    [
      "the access token has expired for good",
      { loggedIn: false, ...credential({ hasRefreshToken: false, expiresAt: NOW }) },
      "not logged in (ended on 23 Nov): claude auth login",
    ],
    [
      "a scope is missing",
      { loggedIn: false, ...credential({ scopes: ["user:profile"] }) },
      "not logged in (the login lacks a scope): claude auth login",
    ],
    [
      "the login ends in three days",
      credential({ refreshTokenExpiresAt: NOW + 3 * DAY_MS }),
      "the login ends on 26 Nov: claude auth login",
    ],
    [
      "an access token without a refresh token ends",
      credential({ hasRefreshToken: false, expiresAt: NOW + 2 * DAY_MS }),
      "the login ends on 25 Nov: claude auth login",
    ],
    [
      "the login is not persistent",
      { persistent: false },
      "a rebuild loses the login: claude-credentials status",
    ],
    [
      "the token is not persistent",
      { persistent: false, mode: "api-key" },
      "a rebuild loses the token: claude-credentials status",
    ],
    [
      "the link was replaced, which spoils a new login",
      { ...OUT, persistent: false, links: link("replaced"), ...credential({ ...gone, state: "absent" }) },
      "~/.claude is no link to the store: claude-credentials start",
    ],
    [
      "the link dangles",
      { ...OUT, persistent: false, links: link("dangling"), ...credential({ ...gone, state: "absent" }) },
      "~/.claude is no link to the store: claude-credentials start",
    ],
    [
      "something is an error, behind a warning",
      {
        ...OUT,
        findings: [
          finding("CREDENTIAL_BLANK", "message", "hint"),
          finding("STORE_WRONG_OWNER", "message", "hint"),
        ],
      },
      "error STORE_WRONG_OWNER: claude-credentials status",
    ],
  ])("where %s", (_, changes, line) => {
    expect(say(changes)).toBe(`claude-credentials: ${line}`);
  });

  test("no more than fits into 80 columns, whatever the code", () => {
    for (const code of Object.keys(FINDING_SEVERITY) as FindingCode[])
      expect(say({ findings: [finding(code, "m", "h", "/", "error")] })?.length).toBeLessThanOrEqual(80);
    for (const state of ["absent", "blank", "malformed", "unreadable", "valid"] as const)
      expect(say({ loggedIn: false, ...credential({ ...gone, state }) })?.length).toBeLessThanOrEqual(80);
  });

  test("a path without what could move the cursor", () => {
    const path = `${HOME}/.cl\u001b[2Jaude`;
    expect(say({ persistent: false, links: [{ path, target: null, state: "missing" }] })).toContain(
      "~/.cl\\x1b[2Jaude",
    );
  });
});

test.each<[string, Partial<StatusReport>, number | null]>([
  ["with a refresh token when that ends", {}, NOW + 30 * DAY_MS],
  ["without one when the access token does", credential({ hasRefreshToken: false, expiresAt: 5 }), 5],
  ["not at all where a token takes its place", { mode: "api-key" }, null],
])("a login ends %s", (_, changes, expected) => {
  expect(loginEnd({ ...WELL, ...changes })).toBe(expected);
});
