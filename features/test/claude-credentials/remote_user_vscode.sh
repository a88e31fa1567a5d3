#!/bin/bash
# A remote user of uid 1000 who may use sudo.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

check "it is vscode" test "$(id -un)" = vscode
check "all is installed" is_installed
check "the links of the image had a directory of the user's" has_directory_of_the_image
check "the container's hooks linked the home" is_linked_to "$PWD/.devcontainer.secrets"
keeps_the_login_in "$PWD/.devcontainer.secrets"

reportResults
