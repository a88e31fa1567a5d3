import { expect, test } from "vitest";
import { checkSetting, isDangerousName, isSecretName } from "../../../src/env/env-names.ts";

test.each([
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_API_KEY",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_REFRESH_TOKEN",
  "ANTHROPIC_CUSTOM_HEADERS",
  "ANTHROPIC_AWS_API_KEY",
  "ANTHROPIC_FOUNDRY_API_KEY",
  "ANTHROPIC_WEBHOOK_SIGNING_KEY",
  "ANTHROPIC_WORK_SECRET",
  "ANTHROPIC_IDENTITY_TOKEN",
  "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE",
  "CLAUDE_CODE_GATEWAY_TOKEN",
  "CLAUDE_CODE_SESSION_ACCESS_TOKEN",
  "CLAUDE_CODE_CCR_AFFINITY_KEY",
])("%s is a secret, and --set refuses it", (name) => {
  expect([isSecretName(name), checkSetting(name)]).toEqual([true, "secret"]);
});

test.each([
  "AWS_BEARER_TOKEN_BEDROCK",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "my_password",
  "db_credentials",
  "session_cookie",
  "HTTPS_PROXY",
  "all_proxy",
])("%s is never shown, whosever it is", (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
  "CLAUDE_CODE_FILE_READ_MAX_OUTPUT_TOKENS",
  "CLAUDE_CODE_IDLE_TOKEN_THRESHOLD",
  "CLAUDE_CODE_TOTAL_TOKENS_REMINDER",
  "CLAUDE_CODE_API_KEY_HELPER_TTL_MS",
  "CLAUDE_CODE_OTEL_HEADERS_HELPER_DEBOUNCE_MS",
  "CLAUDE_CODE_ENABLE_TOKEN_USAGE_ATTACHMENT",
  "CLAUDE_CODE_DISABLE_EARLY_KEY_GUARD",
  "CLAUDE_CODE_CLIENT_KEY",
  "ANTHROPIC_IDENTITY_TOKEN_FILE",
  "ANTHROPIC_MODEL",
  "DISABLE_TELEMETRY",
  "CLAUDE_CODE_USE_BEDROCK",
  "NO_PROXY",
])("%s may be set: it is a number, a switch or a path", (name) => {
  expect([isSecretName(name), checkSetting(name)]).toEqual([false, "ok"]);
});

test("MAX_THINKING_TOKENS may be shown, and is not ours to set", () => {
  expect([isSecretName("MAX_THINKING_TOKENS"), checkSetting("MAX_THINKING_TOKENS")]).toEqual([
    false,
    "not-ours",
  ]);
});

test.each(["FOO", "anthropic_model", "HTTPS_PROXY", "CLAUDE_X", "ANTHROPIC_", "XANTHROPIC_MODEL"])(
  "%s is none of Claude Code's",
  (name) => {
    expect(checkSetting(name)).toBe("not-ours");
  },
);

test.each(["", "1A", "A-B", "ANTHROPIC_X Y", "ANTHROPIC_MODEL\nX", "É"])("%j is no name", (name) => {
  expect(checkSetting(name)).toBe("bad-name");
});

test("the base URL has a flag of its own, which checks it", () => {
  expect(checkSetting("ANTHROPIC_BASE_URL")).toBe("has-flag");
});

test.each([
  ...[
    "PATH",
    "path",
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "NODE_OPTIONS",
    "NODE_PATH",
    "BASH_ENV",
    "ENV",
    "IFS",
    "PS1",
    "PS4",
  ],
  ...[
    "PROMPT_COMMAND",
    "SHELLOPTS",
    "BASHOPTS",
    "BASH_FUNC_ls",
    "ZDOTDIR",
    "FPATH",
    "CDPATH",
    "HOME",
    "SHELL",
    "RPROMPT",
  ],
  ...[
    "PYTHONSTARTUP",
    "PYTHONPATH",
    "PERL5OPT",
    "PERL5LIB",
    "RUBYOPT",
    "GIT_SSH_COMMAND",
    "SSH_ASKPASS",
    "LESSOPEN",
  ],
  ...[
    "EDITOR",
    "VISUAL",
    "PAGER",
    "BROWSER",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "npm_config_script_shell",
    "BUN_OPTIONS",
  ],
  ...[
    "fish_function_path",
    "XDG_CONFIG_HOME",
    "OPENSSL_CONF",
    "KUBECONFIG",
    "CLAUDE_CONFIG_DIR",
    "CLAUDE_ENV_FILE",
  ],
])("%s decides which program runs", (name) => {
  expect(isDangerousName(name)).toBe(true);
});

test.each(["CLAUDE_CODE_SHELL_PREFIX", "CLAUDE_CODE_PLUGIN_DIRS", "CLAUDE_CODE_MANAGED_SETTINGS_PATH"])(
  "%s is Claude Code's, and --set does not take it since it decides what runs",
  (name) => {
    expect(checkSetting(name)).toBe("dangerous");
  },
);

test.each([
  "ANTHROPIC_AUTH_TOKEN",
  "DISABLE_TELEMETRY",
  "NO_PROXY",
  "HTTPS_PROXY",
  "NODE_EXTRA_CA_CERTS",
  "PATHS",
  "MYHOME",
])("%s runs nothing", (name) => {
  expect(isDangerousName(name)).toBe(false);
});
