import { BLANK, login } from "../../../support/login.ts";
import { HOUR, NOW, ROOT } from "../../../support/machine.ts";
import type { Owner } from "../../../../src/apply/file-system.ts";
import { LOGIN, absent, expired, expiring, scopes, open, owned, unreadable } from "./credential-words.ts";
import { told, type Told } from "./told.ts";

const DAY = 24 * HOUR;
/** Another user of the same group, so that a mode can let this one read. */
const COLLEAGUE: Owner = { uid: 1234, gid: 1000 };

/** What lies at `.credentials.json`, and what it means. */
export interface CredentialState {
  readonly name: string;
  /** Null is no such file. */
  readonly content: string | null;
  readonly mode?: number;
  readonly owner?: Owner;
  readonly state: "absent" | "malformed" | "blank" | "valid" | "unreadable";
  /** What the JSON says of it, where that is not "nothing is known". */
  readonly facts?: Partial<Facts>;
  /** Whether a client started now would work with it. */
  readonly isUsable: boolean;
  /** What is said where a login is what Claude Code uses; `path` is the file's. */
  readonly asLogin?: (path: string) => Told;
  /** What is said of it whatever Claude Code uses. */
  readonly always?: (path: string) => readonly Told[];
}

export interface Facts {
  readonly expiresAt: number | null;
  readonly expiresIn: number | null;
  readonly refreshTokenExpiresAt: number | null;
  readonly hasRefreshToken: boolean;
  readonly scopes: readonly string[];
  readonly subscriptionType: string | null;
}

export const NOTHING_KNOWN: Facts = {
  ...{ expiresAt: null, expiresIn: null, refreshTokenExpiresAt: null, hasRefreshToken: false },
  ...{ scopes: [], subscriptionType: null },
};

/** The facts of `login(name, hours)`, with others in their place. */
function of(hours: number, more: Partial<Facts> = {}): Facts {
  return {
    expiresAt: NOW + hours * HOUR,
    expiresIn: hours * 3600,
    refreshTokenExpiresAt: null,
    hasRefreshToken: true,
    scopes: ["user:inference", "user:profile"],
    subscriptionType: "max",
    ...more,
  };
}

/** A file that is none that Claude Code wrote. */
function malformed(name: string, content: string): CredentialState {
  const always = (path: string): Told[] => [
    told("warning", "CREDENTIAL_MALFORMED", path, "the credential file is empty, cut off or no JSON", LOGIN),
  ];
  return { name, content, state: "malformed", isUsable: false, always };
}

const VALID = { state: "valid", isUsable: true } as const;
const UNUSABLE = { state: "valid", isUsable: false } as const;

export const CREDENTIALS: readonly CredentialState[] = [
  { name: "valid", content: login("a", 2), ...VALID, facts: of(2) },
  { name: "absent", content: null, state: "absent", isUsable: false, asLogin: absent },
  {
    name: "other tools' entries alone",
    content: '{"mcpOAuth":{"a":{"accessToken":"canary"}}}',
    state: "absent",
    isUsable: false,
    asLogin: absent,
  },
  malformed("an empty file", ""),
  malformed("cut off", login("a", 2).slice(0, -9)),
  malformed("no JSON", "not json\n"),
  malformed("an array", `[${login("a", 2)}]`),
  malformed("wrong types", login("a", 2, { expiresAt: "soon" })),
  {
    name: "blanked by the client",
    content: BLANK,
    state: "blank",
    facts: { expiresAt: 0, expiresIn: -NOW / 1000, scopes: ["user:inference"] },
    isUsable: false,
    asLogin: (path) =>
      told(
        "warning",
        "CREDENTIAL_BLANK",
        path,
        "the server refused this login, and Claude Code wrote that down",
        LOGIN,
      ),
  },
  {
    name: "unreadable, root's",
    content: login("a", 2),
    owner: ROOT,
    state: "unreadable",
    isUsable: false,
    always: (path) => [unreadable(path), owned(path, 0)],
  },
  {
    name: "unreadable by its mode",
    content: login("a", 2),
    mode: 0o000,
    state: "unreadable",
    isUsable: false,
    always: (path) => [unreadable(path)],
  },
  {
    name: "readable by all",
    content: login("a", 2),
    mode: 0o644,
    ...VALID,
    facts: of(2),
    always: (path) => [open(path, "0644")],
  },
  {
    name: "a colleague's, readable by the group",
    content: login("a", 2),
    mode: 0o640,
    owner: COLLEAGUE,
    ...VALID,
    facts: of(2),
    always: (path) => [open(path, "0640"), owned(path, 1234)],
  },
  {
    name: "without user:inference",
    content: login("a", 2, { scopes: ["user:profile"] }),
    ...UNUSABLE,
    facts: of(2, { scopes: ["user:profile"] }),
    asLogin: scopes,
  },
  {
    name: "without scopes",
    content: login("a", 2, { scopes: undefined }),
    ...UNUSABLE,
    facts: of(2, { scopes: [] }),
    asLogin: scopes,
  },
  { name: "expired, refreshable", content: login("a", -3), ...VALID, facts: of(-3) },
  {
    name: "expired, the refresh token too",
    content: login("a", -3, { refreshTokenExpiresAt: NOW - HOUR }),
    ...UNUSABLE,
    facts: of(-3, { refreshTokenExpiresAt: NOW - HOUR }),
    asLogin: (path) => expired(path, "the login has ended"),
  },
  {
    name: "ends the day after tomorrow",
    content: login("a", 2, { refreshTokenExpiresAt: NOW + 2 * DAY }),
    ...VALID,
    facts: of(2, { refreshTokenExpiresAt: NOW + 2 * DAY }),
    asLogin: (path) => expiring(path, "the login ends in 2 d"),
  },
  {
    name: "ends in a month",
    content: login("a", 2, { refreshTokenExpiresAt: NOW + 30 * DAY }),
    ...VALID,
    facts: of(2, { refreshTokenExpiresAt: NOW + 30 * DAY }),
  },
  {
    name: "no refresh token, good for 2 h",
    content: login("a", 2, { refreshToken: undefined }),
    ...VALID,
    facts: of(2, { hasRefreshToken: false }),
    asLogin: (path) => expiring(path, "the login ends in 2 h: there is no refresh token"),
  },
  {
    name: "no refresh token, expired",
    content: login("a", -3, { refreshToken: null }),
    ...UNUSABLE,
    facts: of(-3, { hasRefreshToken: false }),
    asLogin: (path) => expired(path, "the access token has expired and there is no refresh token"),
  },
  {
    name: "never expires",
    content: login("a", 2, { expiresAt: null, refreshToken: undefined }),
    ...VALID,
    facts: of(2, { expiresAt: null, expiresIn: null, hasRefreshToken: false }),
  },
  {
    name: "of a client to come",
    content: login("a", 2, { tokenGeneration: 7, device: { id: "x" }, scopes: ["user:inference", "new"] }),
    ...VALID,
    facts: of(2, { scopes: ["user:inference", "new"] }),
  },
];
