# shellcheck shell=bash
# What measure.sh and migrate.sh share: homes to measure with, and a sample's line.
export LC_ALL=C
umask 077
# The person's own settings have no part in this.
for name in $(compgen -e); do
  case $name in CLAUDE_* | ANTHROPIC_*) unset "$name" ;; esac
done
unset XDG_RUNTIME_DIR

fail() {
  printf 'bench: %s\n' "$1" >&2
  exit 1
}

[ -n "${EPOCHREALTIME-}" ] || fail 'this needs bash 5 or newer'

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
