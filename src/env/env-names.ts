/** What a token is; the API mode has one of them. */
export type TokenKind = "auth-token" | "api-key" | "oauth-token";

/** The variable of each kind of token, in the order in which Claude Code takes them (facts C12). */
export const TOKEN_VARIABLE: Readonly<Record<TokenKind, string>> = {
  "auth-token": "ANTHROPIC_AUTH_TOKEN",
  "api-key": "ANTHROPIC_API_KEY",
  "oauth-token": "CLAUDE_CODE_OAUTH_TOKEN",
};
export const BASE_URL_VARIABLE = "ANTHROPIC_BASE_URL";
export const HEADERS_VARIABLE = "ANTHROPIC_CUSTOM_HEADERS";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const OURS = /^(?:(?:ANTHROPIC|CLAUDE_CODE|DISABLE)_[A-Z0-9_]+|NO_PROXY|no_proxy)$/;

/** A proxy's address often has a password in it. */
const SECRET = /TOKEN|KEY|HEADERS|SECRET|PASSPHRASE|PASSWORD|CREDENTIAL|COOKIE|(?:HTTPS?|ALL)_PROXY$/;
/** Counts of tokens, times, paths and switches, of which Claude Code has many: `CLAUDE_CODE_MAX_OUTPUT_TOKENS`. */
const NO_SECRET =
  /_TOKENS(?:_|$)|_(?:MS|PATH|FILE|FILE_DESCRIPTOR|THRESHOLD)$|^(?:CLAUDE_CODE_)?(?:DISABLE|ENABLE|SKIP)_|^CLAUDE_CODE_CLIENT_KEY$/;

/**
 * Names that decide which code a shell, a runtime or Claude Code runs, or where it finds its configuration: a file of
 * variables that sets one of them is somebody's program.
 */
const DANGEROUS = new RegExp(
  `^(?:${[
    "PATH|IFS|ENV|HOME|SHELL|SHELLOPTS|BASH.*|PROMPT.*|R?PS[0-9]?|RPROMPT.*|ZDOTDIR|F?PATH|CDPATH|MODULE_PATH|FISH_.*",
    "INPUTRC|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESS(?:OPEN|CLOSE)|TERMINFO(?:_DIRS)?|XDG_.*|TMPDIR",
    "LD_.*|DYLD_.*|GCONV_PATH|LOCPATH|NLSPATH|GLIBC_.*|MALLOC_.*|OPENSSL_.*|SSLKEYLOGFILE|HOSTALIASES",
    "NODE_(?:OPTIONS|PATH|REPL_.*)|BUN_.*|NPM_CONFIG_.*|PYTHON.*|PERL5.*|PERLLIB|RUBY.*|GEM_.*|JDK_.*|_?JAVA_.*",
    "GIT_.*|SSH_.*|SUDO_.*|GNUPGHOME|KUBECONFIG|DOCKER_.*|AWS_CONFIG_FILE|MAKEFLAGS",
    "CLAUDE_CONFIG_DIR|CLAUDE_SECURESTORAGE_CONFIG_DIR|ANTHROPIC_CONFIG_DIR|CLAUDE_ENV_FILE|CLAUDE_CODE_EXECPATH",
    "CLAUDE_CODE_SHELL.*|CLAUDE_CODE_GIT_BASH_PATH|CLAUDE_CODE_TEAMMATE_COMMAND|CLAUDE_CODE_PLUGIN_.*",
    "CLAUDE_CODE_(?:MANAGED|REMOTE)_SETTINGS_PATH|CLAUDE_CODE_(?:HOST_CREDS_FILE|REMOTE_MCP_CONFIG)",
  ].join("|")})$`,
  "i",
);

/** Whether a variable of this name may carry a secret: its value is never shown. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name.toUpperCase()) && !NO_SECRET.test(name);
}

/** Whether setting a variable of this name may run somebody's code. */
export function isDangerousName(name: string): boolean {
  return DANGEROUS.test(name);
}

/** What becomes of `--set NAME=VALUE`: `has-flag` has a flag of its own, with checks of its own. */
export type SettingVerdict = "ok" | "secret" | "has-flag" | "dangerous" | "not-ours" | "bad-name";

/** Judges a name that somebody wants to set beside the base URL, the token and the headers. */
export function checkSetting(name: string): SettingVerdict {
  if (!NAME.test(name)) return "bad-name";
  if (isDangerousName(name)) return "dangerous";
  if (!OURS.test(name)) return "not-ours";
  if (name === BASE_URL_VARIABLE) return "has-flag";
  return isSecretName(name) ? "secret" : "ok";
}
