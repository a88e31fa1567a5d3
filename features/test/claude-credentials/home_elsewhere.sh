#!/bin/bash
# A remote user whose home is not below /home, and who has a group of another number.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

check "it is dev" test "$(id -un):$HOME" = dev:/srv/dev/home
check "all is installed" is_installed
check "the image has its links" has_links_of_the_image
check "nothing was made below /home" test ! -e /home/dev
keeps_the_login_in "$PWD/.devcontainer.secrets"

reportResults
