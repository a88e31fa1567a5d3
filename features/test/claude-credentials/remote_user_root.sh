#!/bin/bash
# A remote user root: its home is /root, and what it makes below the workspace belongs to the workspace's owner.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

check "it is root" test "$(id -u):$HOME" = 0:/root
check "all is installed" is_installed
check "the links of the image had a directory of the user's" has_directory_of_the_image
owner=$(stat -c %u:%g .)
check "the container's hooks linked the home" is_linked_to "$PWD/.devcontainer.secrets"
keeps_the_login_in "$PWD/.devcontainer.secrets"

reportResults
