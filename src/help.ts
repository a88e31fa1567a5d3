import { ENV_HELP } from "./env/help.ts";
import { INIT_HELP } from "./init/help.ts";
import { LOGIN_HELP } from "./login-help.ts";

const LOGIN_FLAGS = `  --auth DIR            the login in DIR, a store or a captured one, instead of the one that the home leads to
  --home DIR            the home directory whose login is meant (default: yours)`;

const COMMON_FLAGS = `  --home DIR            the home directory whose login is meant (default: yours)
  --workspace DIR       the workspace folder (default: what the lifecycle hook named last)
  --store WHERE         git, workspace or an absolute path, instead of the Feature's option 'store'
  --json                one JSON object on standard output, with "version": 1
  --verbose             more on standard error, without secrets
  --help                this text`;

/** The text of `--help`, for the program and for each command. Pinned by tests: others build on these words. */
export const HELP = {
  main: `claude-credentials: log in to Claude Code once, stay logged in over every rebuild

Usage: claude-credentials COMMAND [FLAGS]

Commands
  start      link this container's ~/.claude to the persistent store (the lifecycle hook)
  status     what state the login is in
  doctor     a table of checks, what mends each, and --fix
  explain    what a finding means, and what to do about it
  notice     in a new terminal: one line where the login needs attention; called by shells
  env        the API mode: a token for a LiteLLM proxy, an API key or a long-lived OAuth token
  login      log in with Claude Code in a clean place, and keep the login where it is wanted
  run        a command with a working copy of the login, private and gone afterwards
  refresh    have the login renewed ahead of time, once however many ask; for cron and timers
  capture    a snapshot of the login, for another place: a directory, an archive or an encrypted file
  restore    the reverse: a captured login into a store or a home
  uninstall  bring the login back into the home, and remove everything of ours
  init       on the host: add the Feature to a project's devcontainer.json
  install    at image build: called by install.sh

Flags
  --help     this text; after a command, that command's
  --version  the version

Exit codes: 0 done, 1 refused or failed, 2 usage; each command's --help says more.
`,
  start: `claude-credentials start: link this container's ~/.claude and ~/.claude.json to the persistent store

Usage: claude-credentials start [FLAGS]

Run by onCreateCommand and postStartCommand, and by hand whenever you like: a run that finds all as it should
be changes nothing. What lies in ~/.claude is merged into the store; of two logins the one that expires later
lives on, and what loses is kept in the store's backups.

Flags
  --devcontainer-id ID  the dev container's id, for a state file of its own (option perContainer)
  --dry-run             say what would be done, do nothing
  --strict              exit 1 when not all could be done, 2 for usage
  --adopt               take over what a foreign link leads to, or a store that git cannot be asked about
  --wait SECONDS        how long a lock of somebody else's is waited for (10; 70 to go on after a kill)
${COMMON_FLAGS}

Outcomes: persistent, not-persistent
Results of an action: created, updated, unchanged, skipped, failed

Exit codes: 0 always; with --strict as above; 128+n when ended by signal n
`,
  status: `claude-credentials status: what state the login is in

Usage: claude-credentials status [FLAGS]

Reads files and nothing else: no network, no start of Claude Code, no change.

Flags
  --format FORMAT       text, json (as --json) or prometheus (node_exporter's textfile collector reads that)
  --warn TIME           warn so long before the login ends: 3d (default), 12h, 90m
  --max-age TIME        warn of a login that is older: 30d
  --auth DIR            look at the login in DIR, a store or a captured one, whatever the home leads to;
                        --store with a path does so too, and counts whether it outlives the container
  --ascii               no character beyond ASCII
  --watch SECONDS       look again and again; print a line when something has changed
${COMMON_FLAGS}

Exit codes: 0 when a login is usable and outlives the container (with --auth: is usable), else 1; 2 usage
`,
  doctor: `claude-credentials doctor: a table of checks, each with what was seen and what mends it

Usage: claude-credentials doctor [FLAGS]

Looks at all that status and start look at, and at what else spoils a login: mounts, lifecycle hooks, locks,
other tools, Claude Code's version. Without --fix and --live it changes nothing and needs no network.

Flags
  --fix                 mend what can be mended without losing anything, as start does, and say what was done
  --live                start Claude Code with a small prompt, to see that the login works: a few tokens of
                        your account, and it may renew the access token. On a terminal you are asked first
  --ascii               no character beyond ASCII
${COMMON_FLAGS}

Results of a check: ok, info, warning, error, skipped, failed

Exit codes: 0; 1 when a check is error or failed; 2 usage; 128+n when ended by signal n
`,
  explain: `claude-credentials explain: what a finding means, and what to do about it

Usage: claude-credentials explain [CODE]

Without CODE it lists the codes. Needs no network.

Flags
${COMMON_FLAGS}

Exit codes: 0 done; 1 the texts are not installed; 2 usage
`,
  notice: `claude-credentials notice: one line where the login needs attention

Usage: claude-credentials notice [FLAGS]

Called by the startup files of interactive shells (option notice), not by people. Looks as status does, once a
day and where the login changed, and says at most one line a day on standard error. In a container in which no
lifecycle hook ever ran it runs start first, for the project in which the terminal was opened.

Flags
${COMMON_FLAGS}

Outcomes: said, silent

Exit codes: 0 always; 2 usage
`,
  env: ENV_HELP.replace("COMMON_FLAGS", () => COMMON_FLAGS),
  login: LOGIN_HELP,
  run: `claude-credentials run: a command with a working copy of the login, private and gone afterwards

Usage: claude-credentials run [FLAGS] [--] COMMAND [ARGUMENTS]

The command gets a configuration directory of its own, with settings and account and without anything of other
executions; it is removed when the command ends (after a kill, by a later run). A refresh token is never in
it: a Claude Code that is new enough (2.1.220) renews the one stored login, so that any number may run at
once; another one gets the access token alone. Standard streams, signals and exit code are the command's own.

Flags
  --session NAME        keep the conversation under NAME, beside the login, for --continue and --resume in the
                        next execution; one at a time has it. It stays until you remove it
${LOGIN_FLAGS}
                        For run also a captured file, of which the access token is used
  --identity FILE       the key of an encrypted one, as age-keygen writes it, or ssh's
  --min-ttl TIME        how long an access token that is handed on alone is to last at least: 30m (default)
  --keep-env            keep variables that log in another way (ANTHROPIC_API_KEY and the like)
  --verbose             more on standard error, without secrets
  --help                this text

Exit codes: the command's; 125 when it was not run, 126 when it cannot be, 127 when it was not found
`,
  capture: `claude-credentials capture: a snapshot of the login, for another place

Usage: claude-credentials capture --to PATH [FLAGS]

Taken under Claude Code's own locks, while sessions may run: the credential without its refresh token (it
works while the access token lasts), the account, and the settings without secrets. PATH is a new directory,
a new .tar.gz, or a new .age, which is encrypted. It is written whole or not at all, for nobody but you.

Flags
  --to PATH             what is to be made
  --full                projects, history, agents, commands, plugins and the rest too
  --recipient KEY       encrypt for this public key, age1… or a line of ssh's; may be given more than once.
                        Without it you are asked for a passphrase
  --with-refresh-token  the whole login: into an encrypted PATH, or any with --plain. Used in two places, the
                        first renewal ends one of them
  --plain               put the whole login into a PATH that is not encrypted
  --move                the whole login, and forget it here once it is captured
  --wait SECONDS        how long Claude Code's locks are waited for (45)
${LOGIN_FLAGS}
  --verbose             more on standard error, without secrets
  --help                this text

Exit codes: 0 done, 1 refused or failed, 2 usage, 128+n when ended by signal n
`,
  restore: `claude-credentials restore: bring a captured login to a store or a home

Usage: claude-credentials restore --from PATH [FLAGS]

PATH is what capture made: a directory, a .tar.gz or an encrypted .age. It is merged as start merges: of two
logins the better one lives on, and one that renews itself is never replaced by one that does not. What loses
is kept in the backups. Nothing in PATH is trusted: a path or a link that leads outside, a device, or more
than a configuration directory can be, and nothing of it is used.

Flags
  --from PATH           what was captured; - for a .credentials.json on standard input, as a keychain holds it
  --to DIR              a new or empty directory, a captured login or a store, instead of the home's login
  --force               the captured login takes the place of whatever is there, which goes to the backups
  --owner UID:GID       whose all that is made shall be; for root
  --identity FILE       the key of an encrypted one, as age-keygen writes it, or ssh's; may be given more than
                        once. Without it you are asked for the passphrase
  --wait SECONDS        how long Claude Code's locks are waited for (45)
  --home DIR            the home directory whose login is meant (default: yours)
  --verbose             more on standard error, without secrets
  --help                this text

Exit codes: 0 done, also where the better login stays; 1 refused or failed; 2 usage; 128+n by signal n
`,
  refresh: `claude-credentials refresh: have Claude Code renew the login ahead of time

Usage: claude-credentials refresh [FLAGS]

Does nothing while the access token lasts. Else it starts Claude Code once with a small prompt (a few tokens
of your account), which renews the token in place; others who ask meanwhile wait, and find it done. Made for
cron and timers, beside sessions and jobs at work. It must run as the user whose login it is.

Flags
${LOGIN_FLAGS}
  --min-ttl TIME        how long the access token is to last at least: 30m (default), 2h; no longer than the
                        server's tokens do
  --json                one JSON object on standard output, with "version": 1
  --verbose             more on standard error, without secrets
  --help                this text

Outcomes: lasts, renewed, log-in, not-now, failed
Results of an action: updated, unchanged, failed

Exit codes: 0 it lasts long enough or was renewed; 1 a person is needed, to log in again as a rule; 75 not
now, try again; 2 usage; 128+n when ended by signal n
`,
  uninstall: `claude-credentials uninstall: the login back into the home, and everything of ours away

Usage: claude-credentials uninstall [FLAGS]

Makes ~/.claude and ~/.claude.json a real directory and a real file again, with the newest login that is kept,
then removes the store, the shell sections, the settings of the API mode, what keeps git away from the store,
and our files in the home. What lost a conflict once, and a token of the API mode, are not deleted: they lie
in ~/.local/share/claude-credentials/backups afterwards. A store that others may use stays. Take the Feature
out of devcontainer.json as well: as long as it is there, the next start of the container links again.

Flags
  --keep-store          leave the store as it is
  --dry-run             say what would be done, do nothing
  --wait SECONDS        how long a lock of somebody else's is waited for (10; 70 to go on after a kill)
${COMMON_FLAGS}

Outcomes: uninstalled, unchanged, failed
Results of an action: created, updated, unchanged, skipped, failed

Exit codes: 0 done or nothing to do, 1 refused or failed, 2 usage; 128+n when ended by signal n
`,
  init: INIT_HELP,
  install: `claude-credentials install: the build-time half of the Feature, called by install.sh

Usage: claude-credentials install [FLAGS]

Makes the links in the remote user's home (_REMOTE_USER, _REMOTE_USER_HOME), moves what lay in ~/.claude to
where they lead, keeps a copy of it without secrets, and writes the rules that keep Claude Code's own tools
from the credential (option guard) and what has new terminals ask for a notice (option notice). Running it
again changes nothing.

Flags
${COMMON_FLAGS}

Outcomes: installed, unchanged, failed
Results of an action: created, updated, unchanged, skipped, failed

Exit codes: 0 done, 1 refused or failed, 2 usage
`,
} as const;
