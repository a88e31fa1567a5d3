/** The text of `--help`, for the program and for each command. Pinned by tests: others build on these words. */
export const HELP = {
  main: `claude-credentials: log in to Claude Code once, stay logged in over every rebuild

Usage: claude-credentials COMMAND [FLAGS]

Commands
  start      link this container's ~/.claude to the persistent store (the lifecycle hook)
  status     what state the login is in
  init       on the host: add the Feature to a project's devcontainer.json
  install    at image build: called by install.sh

Flags
  --help     this text; after a command, that command's
  --version  the version

Exit codes: 0 done, 1 refused or failed, 2 usage; each command's --help says more.
`,
} as const;
