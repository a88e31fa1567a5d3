#!/bin/bash
# The Feature twice in one image, the second time with other options: the second changes nothing but those.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

is_the_only_launcher() {
  [ "$(find /usr/local/bin /usr/local/share/claude-credentials -name '*.new.*' -o -name '*.draft.*')" = "" ]
}

check "all is installed" is_installed
check "nothing half done is left" is_the_only_launcher
check "the links of the image had a directory of the user's" has_directory_of_the_image
check "the links were not taken for the user's files" test -z "$(find "$image_store" -mindepth 1 ! -name .claude.json)"
check "the container's hooks linked the home" is_linked_to "$PWD/.devcontainer.secrets"
keeps_the_login_in "$PWD/.devcontainer.secrets"

reportResults
