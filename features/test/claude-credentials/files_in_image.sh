#!/bin/bash
# An image whose remote user has files in ~/.claude already, a credential among them.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

copy_holds_no_credential() {
  ! grep -rqs image-refresh "$shared/home"
}

check "all is installed" is_installed
check "the links of the image had a directory of the user's" has_directory_of_the_image
check "the container's hooks linked the home" is_linked_to "$PWD/.devcontainer.secrets"
check "the hook finds nothing to complain of" hook --strict
check "what lay in ~/.claude is in the store" contains ~/.claude/CLAUDE.md "from the image"
check "the directory below it too" contains ~/.claude/commands/hello.md "from the image"
check "so is the login" contains ~/.claude/.credentials.json image-refresh
check "it is private" has_mode 600 ~/.claude/.credentials.json
check "and the state" contains ~/.claude.json image@example.com
check "a copy for later stores is kept" contains "$shared/home/CLAUDE.md" "from the image"
check "it holds no credential" copy_holds_no_credential
check "it holds no state" test ! -e "$shared/home/.claude.json"
check "the user changes a file" client_writes ~/.claude/CLAUDE.md "the user's own"
check "the container is thrown away" home_as_in_a_new_container
check "the hook finds the store" hook --strict
check "the user's file is what it was" contains ~/.claude/CLAUDE.md "the user's own"

reportResults
