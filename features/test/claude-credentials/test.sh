#!/bin/bash
# The Feature with its defaults, in a workspace that is no repository.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

check "all is installed" is_installed
check "the links of the image had a directory of the user's" has_directory_of_the_image
check "the options are the manifest's" test "$(option OPTION_STORE)/$(option OPTION_PER_CONTAINER)/$(option OPTION_GUARD)/$(option OPTION_NOTICE)" = "/false/true/true"
check "the Node.js of the build is written down" test -x "$(option NODE)"
check "Claude Code is denied to read the credential" contains \
  /etc/claude-code/managed-settings.d/50-claude-credentials.json '.claude-credentials/.credentials.json'
check "a new terminal asks for a notice" contains /etc/bash.bashrc 'claude-credentials notice'
check "the container's hooks linked the home" is_linked_to "$PWD/.devcontainer.secrets"
keeps_the_login_in "$PWD/.devcontainer.secrets"
check "git would not see the store" contains .devcontainer.secrets/.gitignore '*'

reportResults
