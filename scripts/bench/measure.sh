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
export LC_ALL=C
umask 077

folder=$1 node=$2 feature=$3 rounds=$4 mode=${5-}
home=$folder/home workspace=$folder/workspace
big_home=$folder/big-home copy=$folder/copy
new_home=$folder/new-home new_workspace=$folder/new-workspace
bundle=$folder/plain/claude-credentials.mjs
# The person's own settings have no part in this.
for name in $(compgen -e); do
  case $name in CLAUDE_* | ANTHROPIC_*) unset "$name" ;; esac
done
unset XDG_RUNTIME_DIR
export HOME=$home

fail() {
  printf 'bench: %s\n' "$1" >&2
  exit 1
}

[ -n "${EPOCHREALTIME-}" ] || fail 'this needs bash 5 or newer'

# Hides the directory $1 behind an empty one in memory that has links to all it had.
cover() {
  local name=$1 aside=$folder/aside$1 entry
  mkdir -p "$aside"
  mount --bind "$name" "$aside"
  mount -t tmpfs -o mode=0755 tmpfs "$name"
  for entry in "$aside"/* "$aside"/.[!.]*; do
    [ -e "$entry" ] && ln -s "$entry" "$name/${entry##*/}"
  done
  return 0
}

install_feature() {
  if [ "$mode" = launcher ]; then
    _REMOTE_USER='' _REMOTE_USER_HOME=$home GUARD=false NOTICE=false PATH=${node%/*}:$PATH "$feature/install.sh" >/dev/null
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

# Twenty files as a client leaves them, the login of 5 kB among them, and the state file beside.
fill_home() {
  local config=$1/.claude number token
  mkdir -p "$config/projects/one" "$config/todos"
  token=$(od -An -N 48 -tx1 /dev/urandom | tr -d ' \n')
  printf '{"claudeAiOauth":{"accessToken":"%s","refreshToken":"%s","expiresAt":%s,"scopes":["user:inference"]},"rest":"%04500d"}\n' \
    "$token" "$token" "$(($(date +%s) + 28800))000" 0 >"$config/.credentials.json"
  for number in 1 2 3 4 5 6 7 8 9; do
    printf '%01000d\n' "$number" >"$config/projects/one/$number.jsonl"
    printf '{"todo":%d}\n' "$number" >"$config/todos/$number.json"
  done
  printf '{"theme":"dark"}\n' >"$config/settings.json"
  printf '{"hasCompletedOnboarding":true,"oauthAccount":{"emailAddress":"ada@example.com"}}\n' >"$1/.claude.json"
}

# Ten thousand of 2 kB, as months of conversations leave them.
fill_big_home() {
  local folder number
  fill_home "$1"
  for ((folder = 0; folder < 100; folder += 1)); do
    mkdir "$1/.claude/projects/$folder"
    for ((number = 0; number < 100; number += 1)); do
      printf '%02000d\n' "$number" >"$1/.claude/projects/$folder/$number.jsonl"
    done
  done
}

make_workspace() {
  mkdir -p "$1/.git/info" "$1/.git/objects" "$1/.git/refs"
  printf 'ref: refs/heads/main\n' >"$1/.git/HEAD"
}

# Runs the rest of the line and prints what it took.
timed() {
  local name=$1 began ended
  shift
  began=${EPOCHREALTIME/./}
  "$@" </dev/null >/dev/null 2>&1
  ended=${EPOCHREALTIME/./}
  printf '%s\t%s\n' "$name" "$((ended - began))"
}

# The first look for a notice, which leaves what later ones compare. What was written just now might be written again.
look() {
  touch -d '1 hour ago' "$home/.claude/.credentials.json" "$home/.claude/settings.json"
  /usr/local/bin/claude-credentials notice
}

rebuilt() {
  rm -rf "$home"
  mkdir "$home"
  install_feature
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
    timed 'unchanged' start
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
[ "$mode" != launcher ] || touch -d '1 hour ago' /usr/local/share/claude-credentials/options.env
start >/dev/null
if [ "$mode" = launcher ]; then
  said=$(PATH=/nonexistent start)
  case $said in *unchanged*) ;; *) fail "an unchanged start was not seen as one: $said" ;; esac
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

one_round >/dev/null
for ((round = 0; round < rounds; round += 1)); do one_round; done
