#!/usr/bin/env bash
# Measures what a start and a run cost, next to what starting a shell and starting Node cost. Prints one line for each sample:
# the name, a tab, microseconds. bench.ts makes a table of them.
#
# measure.sh FOLDER NODE FEATURE ROUNDS [launcher]
#   FOLDER   empty, ours to fill; FEATURE  the built Feature; NODE  the Node to measure with
#   launcher also the installed launcher: as root, in a mount namespace of its own (unshare --mount), where /usr/local
#            and /run can be changed without anybody noticing
#
# Each round runs every case once, so that what else the machine does falls on all of them alike.
# shellcheck disable=SC2119,SC2120  # functions are called by name, with arguments
set -eu -o pipefail
# shellcheck source=scripts/bench/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

folder=$1 node=$2 feature=$3 rounds=$4 mode=${5-}
home=$folder/home workspace=$folder/workspace
big_home=$folder/big-home copy=$folder/copy
new_home=$folder/new-home new_workspace=$folder/new-workspace
bundle=$folder/plain/claude-credentials.mjs
options=/usr/local/share/claude-credentials/options.env
steady=$folder/steady file_counts=(0 10000 100000)
export HOME=$home

# Hides the directory $1 behind an empty one in memory that has links to all it had.
cover() {
  local name=$1 aside=$folder/aside$1 entry
  mkdir -p "$aside"
  mount --bind "$name" "$aside"
  mount -t tmpfs -o mode=0755 tmpfs "$name"
  for entry in "$aside"/* "$aside"/.[!.]*; do
    # What is installed on this machine is neither measured nor written to.
    case $entry in */claude-credentials) continue ;; esac
    [ -e "$entry" ] && ln -s "$entry" "$name/${entry##*/}"
  done
  return 0
}

install_feature() {
  if [ "$mode" = launcher ]; then
    _REMOTE_USER='' _REMOTE_USER_HOME=$home GUARD=false NOTICE=false PATH=${node%/*}:$PATH "$feature/install.sh" >/dev/null
    # As long ago as the image of a container that runs.
    touch -d '1 hour ago' "$options"
  else
    _REMOTE_USER='' _REMOTE_USER_HOME=$home "$node" "$bundle" install >/dev/null
  fi
}

start() {
  if [ "$mode" = launcher ]; then
    /usr/local/bin/claude-credentials start --workspace "$workspace" --devcontainer-id bench "$@"
  else
    "$node" "$bundle" start --home "$HOME" --workspace "$workspace" --devcontainer-id bench "$@"
  fi
}

# Without the launcher, whose search for a Node is not what is measured.
status() {
  if [ "$mode" = launcher ]; then
    "$node" /usr/local/share/claude-credentials/claude-credentials.mjs status
  else
    "$node" "$bundle" status --home "$HOME"
  fi
}

# Likewise: a command with a working copy of the login of the home $1, as Claude Code of that version is given it.
run_true() {
  local PATH=$folder/bin:$PATH
  if [ "$mode" = launcher ]; then
    "$node" /usr/local/share/claude-credentials/claude-credentials.mjs run --home "$1" -- /bin/true
  else
    "$node" "$bundle" run --home "$1" -- /bin/true
  fi
}

# What a job without it has: a copy of everything.
if command -v rsync >/dev/null; then
  copier=(rsync -a)
else
  copier=(cp -a)
fi
copy_all() {
  "${copier[@]}" "$big_home/.claude/" "$copy"
}

# The first look for a notice, which leaves what later ones compare. What was written just now might be written again.
look() {
  touch -d '1 hour ago' "$home/.claude/.credentials.json" "$home/.claude/settings.json"
  /usr/local/bin/claude-credentials notice
}

# A start of the home with that many files in its store.
unchanged() {
  HOME=$steady/$1 workspace=$steady/$1/workspace start
}

# The same link, as a script looks at it that other tools' lifecycle hooks run.
bash_check() {
  bash "${BASH_SOURCE[0]%/*}/link-check.bash" "$steady/0/.claude" "$steady/0/workspace/.git/claude-credentials/.claude-credentials"
}

# A home that is linked, and then works until there are $1 more files in its store.
make_steady() {
  local home=$steady/$1 project
  mkdir -p "$home"
  fill_home "$home"
  make_workspace "$home/workspace"
  HOME=$home workspace=$home/workspace start >/dev/null
  for ((project = 0; project < $1; project += 1000)); do
    mkdir "$home/.claude/projects/$project"
    seq 1000 | split -l 1 -a 3 -d - "$home/.claude/projects/$project/"
  done
}

rebuilt() {
  rm -rf "$home"
  mkdir "$home"
  if [ "$mode" = launcher ]; then timed 'install' install_feature; else install_feature; fi
}

never_linked() {
  rm -rf "$new_home" "$new_workspace"
  mkdir "$new_home"
  fill_home "$new_home"
  make_workspace "$new_workspace"
}

one_round() {
  timed 'shell' sh -c :
  if [ "$mode" = launcher ]; then
    timed 'bash check' bash_check
    # Another one first in each round, so that none profits from the one before.
    for turn in 0 1 2; do
      count=${file_counts[(round + turn) % 3]}
      timed "unchanged of $count" unchanged "$count"
    done
    look
    timed 'notice' /usr/local/bin/claude-credentials notice
  fi
  timed 'node' "$node" -e 0
  timed 'status' status
  timed 'unchanged through Node' start --json
  timed 'true' /bin/true
  timed 'run' run_true "$home"
  timed 'run of 10000' run_true "$big_home"
  rm -rf "$copy"
  timed "${copier[*]} of 10000" copy_all
  rebuilt
  timed 'rebuild' start
  never_linked
  HOME=$new_home workspace=$new_workspace timed 'first migration' start
}

mkdir "$home" "$folder/plain"
if [ "$mode" = launcher ]; then
  cover /usr/local/bin
  cover /usr/local/share
  node=$(realpath "$node")
  # The marker of a container that is older than whatever happens here.
  mount -t tmpfs -o mode=0755 tmpfs /run
  touch -d '1 hour ago' /run/.containerenv
else
  cp "$feature"/*.mjs "$folder/plain/"
  printf "CLAUDE_CREDENTIALS_OPTION_GUARD='false'\n" >"$folder/plain/options.env"
fi
make_workspace "$workspace"
fill_home "$home"
mkdir "$big_home" "$folder/bin" "$folder/versions"
printf '#!/bin/sh\n' >"$folder/versions/9.9.9"
chmod +x "$folder/versions/9.9.9"
ln -s ../versions/9.9.9 "$folder/bin/claude"
fill_big_home "$big_home"
install_feature
start >/dev/null
if [ "$mode" = launcher ]; then
  installed=(/usr/local/share/claude-credentials /usr/local/bin/claude-credentials "$home/.local")
  find "${installed[@]}" -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "installed bytes\t%d\n", sum }'
  for count in "${file_counts[@]}"; do
    make_steady "$count"
    said=$(PATH=/nonexistent unchanged "$count")
    case $said in *unchanged*) ;; *) fail "an unchanged start was not seen as one: $said" ;; esac
  done
  bash_check >/dev/null || fail 'the bash script does not find the link'
  look
  looked=$home/.cache/claude-credentials/notice/looked
  before=$(stat -c %i "$looked")
  /usr/local/bin/claude-credentials notice
  [ "$(stat -c %i "$looked")" = "$before" ] || fail 'a terminal with nothing to say asked Node'
fi
[ "$(readlink "$home/.claude")" = "$workspace/.git/claude-credentials/.claude-credentials" ] || fail "$home/.claude does not lead to the store"

for login in "$home" "$big_home"; do
  run_true "$login" || fail "run does not run in $login"
done
copy_all
[ "$(find "$copy" -name '*.jsonl' | wc -l)" -gt 10000 ] || fail "${copier[*]} did not copy"

round=0
one_round >/dev/null
for ((round = 0; round < rounds; round += 1)); do one_round; done
