// Runs in the home of the demo, from standard input: `login` does what Claude Code does when somebody logs in,
// `look` says what is there. The tokens are made here and never leave: what is printed is a fingerprint.
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

const home = homedir();
const config = join(home, ".claude");
const credential = join(config, ".credentials.json");
const state = join(home, ".claude.json");

/** As the client writes: a new file beside it, nobody else's to read, then renamed over it. */
function replace(path, content) {
  const draft = `${path}.tmp.${process.pid}.${randomBytes(4).toString("hex")}`;
  const file = openSync(draft, "wx", 0o600);
  writeSync(file, `${JSON.stringify(content)}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
}

function linkTarget(path) {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  return entry?.isSymbolicLink() === true ? readlinkSync(path) : null;
}

function login() {
  const token = (kind) => `sk-ant-${kind}01-${randomBytes(24).toString("base64url")}`;
  const expiresAt = Date.now() + 8.5 * 3_600_000;
  const scopes = ["user:inference", "user:profile"];
  const tokens = { accessToken: token("oat"), refreshToken: token("ort"), expiresAt, scopes };
  replace(credential, { claudeAiOauth: { ...tokens, subscriptionType: "pro" } });
  // The client resolves one link at ~/.claude.json and replaces the file that it leads to.
  const target = linkTarget(state);
  replace(target === null ? state : resolve(home, target), {
    hasCompletedOnboarding: true,
    theme: "dark",
    oauthAccount: { emailAddress: "ada@example.com", organizationName: "Example" },
  });
}

function readOrNull(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path) : null;
}

function look() {
  const secret = readOrNull(credential);
  const known = JSON.parse(readOrNull(state)?.toString() ?? "{}");
  return {
    config: linkTarget(config),
    state: linkTarget(state),
    fingerprint: secret === null ? null : createHash("sha256").update(secret).digest("hex").slice(0, 12),
    mode: secret === null ? null : (statSync(credential).mode & 0o7777).toString(8).padStart(4, "0"),
    account: known.oauthAccount?.emailAddress ?? null,
    onboarded: known.hasCompletedOnboarding === true,
  };
}

if (process.argv[2] === "login") login();
console.log(JSON.stringify(look()));
