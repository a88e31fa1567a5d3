#!/usr/bin/env bash
# link-check.bash LINK TARGET: the least that a lifecycle hook written in bash does to know that all is well.
set -euo pipefail

link=$1 target=$2
if [ -L "$link" ] && [ "$link" -ef "$target" ]; then
  echo "$link leads to $target"
else
  exit 1
fi
