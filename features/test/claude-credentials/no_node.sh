#!/bin/bash
# An image without a Node.js, and none is to be downloaded: it builds, the hook says what to add and does not fail, and Claude Code works as it
# does without the Feature.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

hook_says_what_to_add() {
  hook 2>/tmp/said && contains /tmp/said RUNTIME_MISSING && contains /tmp/said ghcr.io/devcontainers/features/node:1
}

hook_is_strict() {
  ! hook --strict 2>/dev/null
}

a_client_could_log_in() {
  mkdir -p ~/.claude && client_writes ~/.claude/.credentials.json made-up && contains ~/.claude/.credentials.json made-up
}

check "there is no Node.js" test -z "$(command -v node)"
check "the launcher is installed" has_mode 755 /usr/local/bin/claude-credentials
check "the bundle is installed" has_mode 644 "$shared/claude-credentials.mjs"
check "the options are written down" test -n "$(option VERSION)"
check "no Node.js was found" test -z "$(option NODE)"
check "the hook says what to add" hook_says_what_to_add
check "with --strict it fails" hook_is_strict
check "a login through the home works" a_client_could_log_in

reportResults
