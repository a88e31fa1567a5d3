#!/bin/bash
# The option `store: git`: without a repository nothing persists and the container starts all the same; with one the
# store lies in its git directory.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

work_tree_is_clean() {
  [ -z "$(git status --porcelain --ignored)" ]
}

check "all is installed" is_installed
check "the option is written down" test "$(option OPTION_STORE)" = git
check "the container has the links of the image" is_linked_to "${image_store%/*}"
# The workspace folder may be the host user's, and git then refuses.
git config --global --add safe.directory "$PWD"
check "there is a repository" git init --quiet
git add --all
git -c user.name=dev -c user.email=dev@example.com commit --quiet --message=begin
keeps_the_login_in "$PWD/.git/claude-credentials"
check "git sees nothing of it" work_tree_is_clean

reportResults
