#!/bin/bash
# The options `store: workspace`, `guard: false` and `notice: false`, in a git repository.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

takes_nothing_of_ours() {
  git add --all && [ -z "$(git ls-files -- .devcontainer.secrets)" ]
}

check "all is installed" is_installed
check "the options are written down" test "$(option OPTION_STORE)/$(option OPTION_GUARD)/$(option OPTION_NOTICE)" = "workspace/false/false"
check "there is no guard" test ! -e /etc/claude-code/managed-settings.d/50-claude-credentials.json
check "no startup file is touched" test -z "$(grep -rl 'claude-credentials notice' /etc 2>/dev/null)"
# The workspace folder may be the host user's, and git then refuses.
git config --global --add safe.directory "$PWD"
check "there is a repository" git init --quiet
keeps_the_login_in "$PWD/.devcontainer.secrets"
check "there is no store in the git directory" test ! -e .git/claude-credentials/.claude-credentials
check "git add takes nothing of it" takes_nothing_of_ours

reportResults
