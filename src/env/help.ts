/** The text of `env --help`. Pinned by a test. */
export const ENV_HELP = `claude-credentials env: the API mode, a token in the environment instead of a login

Usage: claude-credentials env set|show|verify|test|unset [FLAGS]

For a LiteLLM (or any other Anthropic-compatible) proxy, an API key, or a long-lived OAuth token. Set once, it
is there after every rebuild, in every shell and editor: the variables are kept in the store
(env-vars/.claude-code-env, 0600) and linked as ~/.claude-code-env. Shells read them by a marked section in
their startup files, Claude Code itself by "env" in ~/.claude/settings.json.

Commands
  set        ask for it, or take it from flags; check it, try the endpoint, write it down
  show       what is set, without secrets, and which login Claude Code uses
  verify     silent where nothing is set, one line where all is well, exit 1 where something is missing
  test       reach the endpoint with the token, by the way that Claude Code takes
  unset      take all of it away

Flags of set; with any of them nothing is asked, and what is not given stays as it is
  --base-url URL        the proxy's address, without /v1; '' for Anthropic's own
  --kind KIND           auth-token (Bearer; LiteLLM), api-key (x-api-key), oauth-token (claude setup-token)
  --token-stdin         the token is the first line of standard input
  --header NAME         an extra header, repeatable; its value is the next line of standard input
  --set KEY=VALUE       another ANTHROPIC_*, CLAUDE_CODE_*, DISABLE_* variable, or NO_PROXY; repeatable;
                        an empty value takes it away
  --to WHERE            shell, settings or both (default)
  --insecure            http to a host that is not private
  --no-test             do not try the endpoint

Flags of all
COMMON_FLAGS
Outcomes of set and unset: set, unset, unchanged, failed
Outcomes of show: ok, not-configured, incomplete
Outcomes of verify and test: ok, not-configured, incomplete, dns, refused, tls, unauthorized, not-found,
server-error, timeout

Exit codes: 0 done, 1 refused or failed (verify: incomplete; test: the endpoint cannot be used), 2 usage
`;
