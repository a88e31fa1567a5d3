# shellcheck shell=bash
# What the scripts beside this one ask of a container. Before them `devcontainer features test` has run the lifecycle
# hooks, and then `chmod -R 777` of the workspace folder, the store included: what of it is ours, the hook mends.

shared=/usr/local/share/claude-credentials
# Whom the store is to belong to; a script may say otherwise.
owner=$(id -u):$(id -g)
image_store=$HOME/.local/share/claude-credentials/.claude-credentials

# The hook, as devcontainer.json has it.
hook() {
  /usr/local/bin/claude-credentials start --workspace "$PWD" --devcontainer-id test-container "$@"
}

# Writes the file $1 with content $2 as Claude Code does: a new one beside it, private from birth, renamed over it.
client_writes() {
  (umask 077 && printf '%s' "$2" >"$1.tmp.$$") && mv -f "$1.tmp.$$" "$1"
}

# A made-up login. .claude.json is followed first, as the client does it.
client_logs_in() {
  client_writes ~/.claude/.credentials.json \
    '{"claudeAiOauth":{"accessToken":"made-up-access","refreshToken":"made-up-refresh","expiresAt":4102444800000,"scopes":["user:inference"],"subscriptionType":"max"}}' &&
    client_writes "$(readlink -f ~/.claude.json)" \
      '{"hasCompletedOnboarding":true,"oauthAccount":{"emailAddress":"dev@example.com","organizationName":"Example"}}'
}

# What a rebuild does to the home: the image's own links and an empty directory behind them.
home_as_in_a_new_container() {
  rm -rf ~/.claude ~/.claude.json ~/.cache/claude-credentials "$image_store" &&
    mkdir -p "$image_store" && chmod 700 "$image_store" && bring_the_files_of_the_image &&
    ln -s "$image_store" ~/.claude &&
    ln -s "$image_store/.claude.json" ~/.claude.json
}

# What lay in ~/.claude when the image was built; the copy that is kept of it holds no credential.
bring_the_files_of_the_image() {
  [ ! -d "$shared/home" ] || cp -r "$shared/home/." "$image_store/"
}

is_installed() {
  has_mode 755 /usr/local/bin/claude-credentials &&
    has_mode 755 "$shared" &&
    has_mode 644 "$shared/claude-credentials.mjs" &&
    has_mode 644 "$shared/options.env" &&
    has_mode 644 "$shared/findings.md" &&
    [ "$(claude-credentials --version)" = "$(option VERSION)" ]
}

# Prints what options.env says of $1.
option() {
  (
    # shellcheck disable=SC1091 # it is made while the image is built
    . "$shared/options.env"
    name=CLAUDE_CREDENTIALS_$1
    printf '%s\n' "${!name}"
  )
}

has_mode() {
  [ "$(stat -c %a "$2")" = "$1" ]
}

# True if $1 is a real directory, private, and belongs to $2 (`uid:gid`).
is_private_directory() {
  [ -d "$1" ] && [ ! -L "$1" ] && has_mode 700 "$1" && [ "$(stat -c %u:%g "$1")" = "$2" ]
}

# True if the text of the link $1 is $2.
leads_to() {
  [ -L "$1" ] && [ "$(readlink "$1")" = "$2" ]
}

contains() {
  grep -qF -- "$2" "$1"
}

# True if both links lead into the store $1.
is_linked_to() {
  leads_to ~/.claude "$1/.claude-credentials" && leads_to ~/.claude.json "$1/.claude-credentials/.claude.json"
}

# True if nobody but the owner gets at the login in the store $1.
is_private() {
  is_private_directory "$1/.claude-credentials" "$owner"
}

# True if the directory that the links of the image lead to is the user's, whatever is in it.
has_directory_of_the_image() {
  is_private_directory "$image_store" "$(id -u):$(id -g)"
}

# True if the made-up login is what Claude Code would find, private.
is_logged_in() {
  contains ~/.claude/.credentials.json made-up-refresh && contains ~/.claude.json dev@example.com &&
    has_mode 600 ~/.claude/.credentials.json && has_mode 600 "$(readlink -f ~/.claude.json)"
}

says_logged_in() {
  claude-credentials status --workspace "$PWD" --json >/tmp/status.json &&
    grep -Eq '"loggedIn": ?true' /tmp/status.json &&
    grep -Eq '"persistent": ?true' /tmp/status.json &&
    contains /tmp/status.json dev@example.com
}

# All that lies in the home and in the store $1, with modes, owners, times and the text of links; not the stamp.
everything() {
  find ~ "$1" -path ~/.cache -prune -o -printf '%p %y %m %U:%G %T@ %l\n' | sort
}

# True if the hook, run once more, leaves every entry as it is. The first start after a login may keep a copy of it.
changes_nothing_more() {
  hook --strict && everything "$1" >/tmp/before && hook --strict && everything "$1" >/tmp/after && diff /tmp/before /tmp/after
}

# The main job, in a container whose store is to be $1.
keeps_the_login_in() {
  brings_the_login_over_a_rebuild_in "$1"
  check "status says so" says_logged_in
}

# The same as far as it takes no Node.js.
brings_the_login_over_a_rebuild_in() {
  local store=$1
  check "the hook finds nothing to complain of" hook --strict
  check "the home is linked to the store" is_linked_to "$store"
  check "the store is private" is_private "$store"
  check "Claude Code logs in" client_logs_in
  check "the login is in the store" contains "$store/.claude-credentials/.credentials.json" made-up-refresh
  check "a container that is started again finds nothing to do" changes_nothing_more "$store"
  check "the container is thrown away" home_as_in_a_new_container
  check "the hook finds the store" hook --strict
  check "the home is linked to it again" is_linked_to "$store"
  check "it is private still" is_private "$store"
  check "still logged in" is_logged_in
}
