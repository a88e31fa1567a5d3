#!/bin/bash
# A remote user root: its home is /root, and what it makes below the workspace belongs to the workspace's owner.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

check "it is root" test "$(id -u):$HOME" = 0:/root
check "all is installed" is_installed
check "the image has its links" has_links_of_the_image
owner=$(stat -c %u:%g .)
keeps_the_login_in "$PWD/.devcontainer.secrets"

reportResults
