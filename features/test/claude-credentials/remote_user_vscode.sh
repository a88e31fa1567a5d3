#!/bin/bash
# A remote user of uid 1000 in a git repository: the store lies in the git directory.
set -e
# shellcheck disable=SC1091 # the CLI puts it there
source dev-container-features-test-lib
# shellcheck source=expect.sh
source ./expect.sh

work_tree_is_clean() {
  [ -z "$(git status --porcelain --ignored)" ]
}

check "it is vscode" test "$(id -un)" = vscode
check "all is installed" is_installed
check "the image has its links" has_links_of_the_image
# The workspace folder may be the host user's, and git then refuses.
git config --global --add safe.directory "$PWD"
check "there is a repository" git init --quiet
git add --all
git -c user.name=dev -c user.email=dev@example.com commit --quiet --message=begin
keeps_the_login_in "$PWD/.git/claude-credentials"
check "git sees nothing of it" work_tree_is_clean

reportResults
