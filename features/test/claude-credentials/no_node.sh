#!/bin/bash
# An image without a Node.js, and none is to be downloaded: it builds, the shell alone links the home to its store and keeps the
# login over a rebuild, and what takes a Node.js is left as it is and said.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

store=$PWD/.devcontainer.secrets

says_what_to_add() {
  contains /tmp/said RUNTIME_MISSING && contains /tmp/said ghcr.io/devcontainers/features/node:1
}

status_says_what_to_add() {
  ! claude-credentials status 2>/tmp/said && says_what_to_add
}

home_with_a_directory() {
  rm ~/.claude && mkdir -m 700 ~/.claude && client_writes ~/.claude/.credentials.json left-here
}

hook_leaves_it() {
  hook 2>/tmp/said && says_what_to_add && contains /tmp/said 'what is at ~/.claude stays' && contains ~/.claude/.credentials.json left-here
}

hook_is_strict() {
  ! hook --strict 2>/dev/null
}

check "there is no Node.js" test -z "$(command -v node)"
check "the launcher is installed" has_mode 755 /usr/local/bin/claude-credentials
check "what it does without one is installed" has_mode 644 "$shared/without-node.sh"
check "the bundle is installed" has_mode 644 "$shared/claude-credentials.mjs"
check "the options are written down" test -n "$(option VERSION)"
check "no Node.js was found" test -z "$(option NODE)"
check "the links of the image had a directory of the user's" has_directory_of_the_image
check "the container's hooks linked the home" is_linked_to "$store"
brings_the_login_over_a_rebuild_in "$store"
check "git would not see the store" contains "$store/.gitignore" '*'
check "status says what to add" status_says_what_to_add
check "somebody makes a directory of ~/.claude" home_with_a_directory
check "the hook leaves it, and says what to add" hook_leaves_it
check "with --strict it fails" hook_is_strict

reportResults
