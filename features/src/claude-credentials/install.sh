#!/bin/sh
# Puts claude-credentials into an image: the launcher, the bundle and the Feature's options; then the bundle makes the
# links that must be there before Claude Code first runs.
#
# A Feature that fails makes the whole image fail. So this never does: what goes wrong is a warning that says what to
# do, and the exit code is 0. POSIX sh, and no program beyond chmod, cmp, cp, mkdir, mv and rm; where cmp is missing,
# files are written again with the same content. Where there is no Node.js, also chown, ln, ls, readlink and rmdir; what it
# takes to fetch one is in fetch-node.sh.
#
# All its names begin with cc_, so that the environment reaches `install` as it came.
# Whoever calls it may have the shell stop at every failure.
set +e -u
umask 022

cc_launcher=/usr/local/bin/claude-credentials
cc_share=/usr/local/share/claude-credentials
cc_bundle=$cc_share/claude-credentials.mjs
cc_options=$cc_share/options.env
case $0 in
  */*) cc_here=${0%/*} ;;
  *) cc_here=. ;;
esac

# Says on standard error what is wrong ($1) and what to do about it ($2).
cc_warn() {
  printf 'claude-credentials: warning: %s\n  %s\n' "$1" "$2" >&2 || :
}

# --- The same lines are in the launcher.
# Takes $1 as cc_node if it runs, is a Node.js >= 18.19 and is newer than the one that was found so far.
cc_consider() {
  [ -x "$1" ] || return 0
  cc_found=$(unset NODE_OPTIONS && "$1" --version 2>/dev/null </dev/null) || return 0
  case $cc_found in v*.*.*) ;; *) return 0 ;; esac
  cc_found=${cc_found#v}
  cc_found=${cc_found%%[-+]*}
  cc_minor=${cc_found#*.}
  cc_patch=${cc_minor#*.}
  cc_minor=${cc_minor%%.*}
  for cc_number in "${cc_found%%.*}" "$cc_minor" "$cc_patch"; do
    case $cc_number in '' | *[!0-9]* | 0?* | ????*) return 0 ;; esac
  done
  cc_rank=$((${cc_found%%.*} * 1000000 + cc_minor * 1000 + cc_patch))
  [ "$cc_rank" -gt "$cc_best" ] || return 0
  cc_best=$cc_rank
  cc_node=$1
}

# Sets cc_node to the newest Node.js >= 18.19 of this machine, or to nothing. Of two that are equally new the first
# is taken: those whose path names their version come before links that may lead elsewhere tomorrow. Entries of PATH
# that are not absolute are passed over: what they mean is up to whoever wrote the working directory.
cc_find_node() {
  cc_node=''
  cc_best=18018999
  for cc_directory in /usr/local/share/nvm/versions/node/*/bin; do
    cc_consider "$cc_directory/node"
  done
  cc_path=${PATH-}:/usr/local/bin:/usr/bin:
  while [ -n "$cc_path" ]; do
    cc_directory=${cc_path%%:*}
    cc_path=${cc_path#*:}
    case $cc_directory in /*) cc_consider "${cc_directory%/}/node" ;; esac
  done
}
# --- The lines of the launcher end here.

# Prints $1 in single quotes, so that every shell reads the same bytes back.
cc_quote() {
  cc_rest=$1
  cc_quoted=''
  while :; do
    case $cc_rest in
      *\'*)
        cc_quoted=$cc_quoted${cc_rest%%\'*}"'\\''"
        cc_rest=${cc_rest#*\'}
        ;;
      *) break ;;
    esac
  done
  printf "'%s'" "$cc_quoted$cc_rest"
}

# Prints $1 if it is `true` or `false`, else $2.
cc_boolean() {
  case $1 in
    true | false) printf '%s' "$1" ;;
    *) printf '%s' "$2" ;;
  esac
}

# Prints what the manifest beside this script has as $1, its id or its version; nothing if it has none.
cc_read_manifest() {
  [ -r "$cc_here/devcontainer-feature.json" ] || return 0
  while IFS= read -r cc_line || [ -n "$cc_line" ]; do
    case $cc_line in
      *"\"$1\":"*)
        cc_line=${cc_line#*\""$1"\":}
        cc_line=${cc_line#*\"}
        printf '%s' "${cc_line%%\"*}"
        return
        ;;
    esac
  done <"$cc_here/devcontainer-feature.json"
}

# Puts the file $1 at $2 with mode $3, all of it or nothing: a container that is starting from the same files never sees
# half of one. What is there already with the same content stays as it is.
cc_place() {
  if [ -f "$2" ] && [ ! -L "$2" ] && cmp -s "$1" "$2" 2>/dev/null; then
    chmod "$3" "$2"
    return
  fi
  # mv would move into a directory, and into the one that a link leads to.
  if [ -d "$2" ] && [ ! -L "$2" ]; then
    return 1
  fi
  cc_new=$2.new.$$
  rm -f "$cc_new"
  cp "$1" "$cc_new" && chmod "$3" "$cc_new" && { [ ! -L "$2" ] || rm -f "$2"; } && mv -f "$cc_new" "$2" && return
  rm -f "$cc_new"
  return 1
}

# Writes the options down for the hooks: they exist only while the image is built.
cc_write_options() {
  cc_draft=$cc_options.draft.$$
  rm -f "$cc_draft"
  {
    printf 'CLAUDE_CREDENTIALS_VERSION=%s\n' "$(cc_quote "$(cc_read_manifest version)")" &&
      printf 'CLAUDE_CREDENTIALS_NODE=%s\n' "$(cc_quote "$cc_node")" &&
      printf 'CLAUDE_CREDENTIALS_FEATURE=%s\n' "$(cc_quote "$cc_feature")" &&
      printf 'CLAUDE_CREDENTIALS_USER=%s\n' "$(cc_quote "${_REMOTE_USER-}")" &&
      printf 'CLAUDE_CREDENTIALS_OPTION_STORE=%s\n' "$(cc_quote "${STORE-}")" &&
      printf 'CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER=%s\n' "$(cc_quote "$(cc_boolean "${PERCONTAINER-}" "$cc_shares")")" &&
      printf 'CLAUDE_CREDENTIALS_OPTION_GUARD=%s\n' "$(cc_quote "$(cc_boolean "${GUARD-}" true)")" &&
      printf 'CLAUDE_CREDENTIALS_OPTION_NOTICE=%s\n' "$(cc_quote "$(cc_boolean "${NOTICE-}" true)")"
  } >"$cc_draft" && cc_place "$cc_draft" "$cc_options" 0644
  cc_status=$?
  rm -f "$cc_draft"
  return "$cc_status"
}

# Two variants share all paths: the one that is installed last counts.
cc_warn_of_another() {
  [ -r "$cc_options" ] || return 0
  while IFS= read -r cc_line; do
    case $cc_line in
      "CLAUDE_CREDENTIALS_FEATURE='$cc_feature'") ;;
      "CLAUDE_CREDENTIALS_FEATURE='claude-credentials"*\')
        cc_line=${cc_line#*\'}
        cc_warn "$cc_feature takes the place of ${cc_line%\'}, which is in this image already: they are variants of one Feature" \
          'if devcontainer.json names both, take one of them out'
        ;;
      CLAUDE_CREDENTIALS_OPTION_*) return ;;
    esac
  done <"$cc_options"
}

# Puts the file $1 of the bundle in place.
cc_place_part() {
  cc_place "$cc_here/$1" "$cc_share/$1" 0644 && return
  cc_warn "$cc_share/$1 was not written" "$cc_advice"
  return 1
}

# The bundle itself comes last: where it is, what it loads is there.
cc_place_bundle() {
  for cc_part in "$cc_here"/*.mjs; do
    [ "$cc_part" = "$cc_here/claude-credentials.mjs" ] || cc_place_part "${cc_part##*/}" || return
  done
  cc_place_part claude-credentials.mjs
}

# Sets cc_node to a Node.js that is provided, else to one that is there already; cc_why says what went wrong.
cc_fetch_node() {
  [ -r "$cc_here/fetch-node.sh" ] || return 0
  # shellcheck source=/dev/null # it is looked at by itself
  . "$cc_here/fetch-node.sh"
  cc_provide_node "${NODEMIRROR:-${CLAUDE_CREDENTIALS_NODE_MIRROR-}}"
  [ -n "$cc_node" ] || cc_find_node
  [ -z "$cc_node" ] || [ -z "$cc_why" ] ||
    cc_warn "not every source provided Node.js: $cc_why" "the build goes on with $cc_node"
}

# Sets cc_node as the option runtime says: to the path of a Node.js, to nothing where there is none, or to `none`.
cc_choose_runtime() {
  cc_node='' cc_why=''
  case ${RUNTIME-} in
    none) cc_node=none ;;
    system) cc_find_node ;;
    download) cc_fetch_node ;;
    *)
      cc_find_node
      [ -n "$cc_node" ] || cc_fetch_node
      ;;
  esac
}

# Makes what links of the image the shell alone can make.
cc_link_without_node() {
  [ -r "$cc_share/without-node.sh" ] || return 0
  # shellcheck source=features/src/claude-credentials/without-node.sh
  (. "$cc_share/without-node.sh" && cc_install_without_node)
}

# Makes the links of the image with the Node.js that was chosen.
cc_run_install() {
  if [ -z "$cc_node" ]; then
    cc_warn "RUNTIME_MISSING: no Node.js 18.19 or newer was found (PATH, nvm, /usr/local/bin, /usr/bin)${cc_why:+, and none was provided: $cc_why}" \
      'add "ghcr.io/devcontainers/features/node:1": {} to the features of devcontainer.json, or Node.js to the image, and rebuild; until then start alone works, and only links the home to its store'
    cc_link_without_node
    return
  fi
  if [ "$cc_node" = none ]; then
    cc_link_without_node
    return
  fi
  (unset NODE_OPTIONS && exec "$cc_node" "$cc_bundle" install </dev/null) && return
  cc_warn "the links of the image were not made (code $?, the reason is above)" \
    'the build goes on; each start of a container makes them as far as it can'
}

cc_feature=$(cc_read_manifest id)
case $cc_feature in *-shared) cc_shares=true ;; *) cc_shares=false ;; esac
cc_choose_runtime
cc_warn_of_another
cc_advice='the build goes on without it; install.sh must run as root, with room on the disk'
{ mkdir -p "${cc_launcher%/*}" && cc_place "$cc_here/claude-credentials" "$cc_launcher" 0755; } ||
  cc_warn "$cc_launcher was not written" "$cc_advice"
{ mkdir -p "$cc_share" && chmod 0755 "$cc_share" && cc_write_options; } ||
  cc_warn "$cc_options was not written" "$cc_advice"
for cc_file in findings.md without-node.sh; do
  cc_place "$cc_here/$cc_file" "$cc_share/$cc_file" 0644 || cc_warn "$cc_share/$cc_file was not written" "$cc_advice"
done
cc_place "$cc_here/entrypoint" "$cc_share/entrypoint" 0755 ||
  cc_warn "$cc_share/entrypoint was not written" "$cc_advice"
cc_place_bundle && cc_run_install
exit 0
