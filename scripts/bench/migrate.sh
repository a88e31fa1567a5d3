#!/usr/bin/env bash
# Measures a first start that moves 10,000 files, next to `cp -a` and `rm -r` of the same files. Prints one line for each
# sample, as measure.sh does. All end when what they wrote is on the disk: `start` sees to that itself, after `cp` it is `sync -f`.
#
# migrate.sh FOLDER NODE FEATURE ROUNDS [across]
#   FOLDER empty, ours to fill; FEATURE the built Feature; NODE the Node to measure with
#   across also from one file system to another: as root, in a mount namespace of its own (unshare --mount)
set -eu -o pipefail
# shellcheck source=scripts/bench/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

folder=$1 node=$2 feature=$3 rounds=$4 mode=${5-}
bundle=$folder/plain/claude-credentials.mjs

# The home, and with $1 the folder of another file system for the workspace and the copy, made anew and on the disk.
prepare() {
  rm -rf "${folder:?}/home" "${1:?}/workspace" "${1:?}/copy"
  cp -a "$folder/original" "$folder/home"
  make_workspace "$1/workspace"
  sync -f "$folder"
  sync -f "$1"
}

migrate() {
  HOME=$folder/home "$node" "$bundle" start --home "$folder/home" --workspace "$1/workspace" --devcontainer-id bench
}

copy_and_sync() {
  cp -a "$folder/home/.claude" "$1/copy"
  sync -f "$1/copy"
}

# $1 the name of the place, $2 its folder
one_place() {
  prepare "$2"
  timed "cp -a $1" copy_and_sync "$2"
  timed "rm -r $1" rm -r "$folder/home/.claude"
  prepare "$2"
  timed "migration $1" migrate "$2"
}

one_round() {
  one_place within "$folder/here"
  [ "$mode" != across ] || one_place across "$folder/there"
}

mkdir "$folder/original" "$folder/here" "$folder/there" "$folder/plain"
cp "$feature"/*.mjs "$folder/plain/"
printf "CLAUDE_CREDENTIALS_OPTION_GUARD='false'\n" >"$folder/plain/options.env"
fill_big_home "$folder/original"
if [ "$mode" = across ]; then
  truncate -s 2G "$folder/image"
  mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "$folder/image"
  mount -o loop "$folder/image" "$folder/there"
fi

one_round >/dev/null
[ "$(find "$folder/home/.claude/" -name '*.jsonl' | wc -l)" -gt 10000 ] || fail 'the files are not there after a migration'
[ -L "$folder/home/.claude" ] || fail 'a migration leaves no link'
for ((round = 0; round < rounds; round += 1)); do one_round; done
