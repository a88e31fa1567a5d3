import { BLANK, login } from "../../support/login.ts";
import { HOUR, NOW } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";
import { CREDENTIAL, failing, replaceCredential, STORE, type DoctorState } from "./doctor-state.ts";

const ENDED = login("canary", -1, { refreshTokenExpiresAt: NOW - HOUR });

/** The login, its files and what is set against it; the four cases of the documents that this grew from among them. */
export const LOGIN_STATES: readonly DoctorState[] = [
  // The four cases of the documents that this grew from.
  {
    ...{ name: "an empty .credentials.json", check: "credential-file", result: "warning" },
    ...{ code: "CREDENTIAL_MALFORMED", seen: /empty/, fix: /claude auth login/ },
    make: replaceCredential(""),
  },
  {
    ...{ name: "permission errors", check: "credential-file", result: "warning" },
    ...{ code: "CREDENTIAL_MODE", seen: /cannot be read \(EACCES\)/, fix: /ls -l / },
    make: (machine) => {
      failing(machine, "openForReading", CREDENTIAL, "EACCES");
    },
  },
  {
    ...{ name: "expired tokens", check: "login", result: "warning" },
    ...{ code: "CREDENTIAL_EXPIRED", seen: /the login has ended/, fix: /claude auth login/ },
    make: replaceCredential(ENDED),
  },
  {
    ...{ name: "an access token that expired and renews itself", check: "login", result: "ok" },
    seen: /logged in as a@b: max, access token expired 2 h ago; it renews itself/,
    make: replaceCredential(login("canary", -2)),
  },
  {
    name: "a good login",
    check: "login",
    result: "ok",
    seen: /^logged in as a@b: max, access token good for 8 h, renews itself, login good until 11 Feb/,
  },
  {
    ...{ name: "nobody logged in", check: "login", result: "info", code: "CREDENTIAL_ABSENT" },
    ...{ seen: /nobody is logged in/, fix: /claude auth login/ },
    make: (machine) => {
      machine.forget(CREDENTIAL);
    },
  },
  {
    ...{ name: "a login that the server refused", check: "login", result: "warning" },
    ...{ code: "CREDENTIAL_BLANK", seen: /refused/, fix: /claude auth login/ },
    make: replaceCredential(BLANK),
  },
  {
    ...{ name: "a file that is no login", check: "login", result: "skipped", seen: /no login to look at/ },
    make: replaceCredential("{"),
  },
  { name: "a private credential", check: "credential-file", result: "ok", seen: /mode 0600, yours, valid/ },
  {
    name: "no credential file",
    check: "credential-file",
    result: "skipped",
    seen: /no credential file/,
    isNew: true,
  },
  { name: "answered questions", check: "onboarding", result: "ok", seen: /are answered/ },
  {
    name: "no state file",
    check: "onboarding",
    result: "skipped",
    seen: /at the first login/,
    isNew: true,
  },
  {
    ...{ name: "questions that were never answered", check: "onboarding", result: "info" },
    ...{ code: "ONBOARDING_MISSING", seen: /questions|onboarding/i, fix: /claude/ },
    make: (machine) => {
      machine.forget(`${STORE}/.claude-credentials/.claude.json`);
      machine.add({ [`${STORE}/.claude-credentials/.claude.json`]: file("{}") });
    },
  },
  {
    ...{ name: "a broken state file", check: "onboarding", result: "warning", code: "STATE_MALFORMED" },
    ...{ seen: /no JSON/, fix: /claude-credentials start/ },
    make: (machine) => {
      machine.forget(`${STORE}/.claude-credentials/.claude.json`);
      machine.add({ [`${STORE}/.claude-credentials/.claude.json`]: file("") });
    },
  },
  { name: "links as they should be", check: "links", result: "ok", seen: /^~\/\.claude leads to / },
  {
    ...{ name: "a link that was replaced", check: "links", result: "warning", code: "LINK_REPLACED" },
    ...{ seen: /is no link to the store/, fix: /claude-credentials start/ },
    make: (machine) => {
      machine.forget("home/.claude.json");
      machine.add({ "home/.claude.json": file("{}") });
    },
  },
  {
    name: "a login alone",
    check: "mode",
    result: "ok",
    seen: /uses the stored login; nothing is set against it/,
  },
  {
    ...{ name: "a token before the login", check: "mode", result: "warning", code: "MODE_CONFLICT" },
    ...{ seen: /a login is stored, and/, fix: /env unset/ },
    options: { env: { ANTHROPIC_API_KEY: "sk-ant-canary-canary-canary" } },
  },
  { name: "no API mode", check: "variables", result: "skipped", seen: /API mode is not set/ },
  { name: "no API mode", check: "shell-sections", result: "skipped", seen: /API mode is not set/ },
];
