/** The text of `login --help`. */
export const LOGIN_HELP = `claude-credentials login: log in with Claude Code in a clean place, and keep what comes of it

Usage: claude-credentials login [--to DIR] [--with-token] [FLAGS]

Starts Claude Code's own login, with a browser or a code to paste, in a private directory. However it ends: a
login that works is brought to its place under Claude Code's locks, anything else changes nothing. What it
takes the place of is in the backups there, and one that lasts longer of the same account stays.

Flags
  --to DIR              where the login is to lie: a new or empty directory, a captured login or a store,
                        instead of where the home leads to. run and refresh use it with --auth DIR
  --with-token          no browser: a refresh token from standard input, which then works nowhere else.
                        Its scopes, if they are not the usual ones: CLAUDE_CODE_OAUTH_SCOPES
  --wait SECONDS        how long a lock of somebody else's is waited for (10)
  --home DIR            the home directory whose login is meant (default: yours)
  --verbose             more on standard error, without secrets
  --help                this text

Exit codes: 0 logged in, 1 refused or no login, 2 usage; 128+n when ended by signal n without a login
`;
