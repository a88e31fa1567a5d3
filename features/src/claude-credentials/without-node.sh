# shellcheck shell=sh
# What `start` and install.sh do where there is no Node.js: the launcher and install.sh read these functions then alone.
#
# In each state they do what the full `start` would do, and of that only what can lose nothing: a store that is chosen
# without asking git, links where nothing is, and links of ours led on where they lead to nothing or to an empty
# directory. Nothing that holds anything is moved, merged or removed. What is in doubt stays as it is, and is said. The
# next `start` with a Node.js does the rest.
#
# Directories are entered one by one and worked in from within (`cd -P`, `.`): what was looked at is what is used,
# whoever leads a path elsewhere meanwhile.
#
# What reads it has cc_options (the path of options.env) and cc_say or cc_warn.
# shellcheck disable=SC2154,SC3013,SC3067

cc_volume=/var/lib/claude-credentials
# Not `.`, wherever it stands: programs of the workspace must not be run.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
cc_newline='
'

# True if the path $1 is there or is a link that leads nowhere.
cc_is_there() {
  [ -e "$1" ] || [ -L "$1" ]
}

# Notes down, in words, what is left to a Node.js.
cc_leave() {
  cc_left=${cc_left:+$cc_left; }$1
}

# The same where that is all of it; false.
cc_refuse() {
  cc_left="nothing was done: $1"
  return 1
}

# Sets cc_uid and cc_gid to the owner of the entry $1.
cc_read_owner() {
  set -f
  # shellcheck disable=SC2046 # it is to be taken apart
  set -- $(ls -ldn "$1" 2>/dev/null)
  set +f
  [ $# -gt 4 ] || return 1
  cc_uid=$3 cc_gid=$4
}

cc_read_mounts() {
  cc_mounts=''
  [ -r /proc/self/mountinfo ] || return 0
  while IFS= read -r cc_line; do
    cc_mounts=$cc_mounts$cc_line$cc_newline
  done </proc/self/mountinfo
}

# Looks for the mount that holds $1, a real path without control characters: cc_point is where it is mounted, cc_type and
# cc_device are what. All three stay empty where nothing is known. cc_escaped is $1 as mountinfo writes it.
cc_find_mount() {
  cc_point='' cc_type='' cc_device='' cc_escaped='' cc_rest=$1
  while [ -n "$cc_rest" ]; do
    case $cc_rest in
      \\*) cc_escaped=$cc_escaped'\134' ;;
      ' '*) cc_escaped=$cc_escaped'\040' ;;
      *) cc_escaped=$cc_escaped${cc_rest%"${cc_rest#?}"} ;;
    esac
    cc_rest=${cc_rest#?}
  done
  cc_rest=$cc_mounts
  while [ -n "$cc_rest" ]; do
    cc_line=${cc_rest%%"$cc_newline"*} cc_rest=${cc_rest#*"$cc_newline"}
    cc_at=${cc_line#* * * * }
    cc_at=${cc_at%% *}
    case $cc_escaped/ in "${cc_at%/}"/*) ;; *) continue ;; esac
    [ "${#cc_at}" -ge "${#cc_point}" ] || continue
    cc_point=$cc_at cc_type=${cc_line#* - } cc_device=${cc_line#* * }
    cc_type=${cc_type%% *} cc_device=${cc_device%% *}
  done
}

cc_is_mount() {
  cc_find_mount "$1"
  [ -n "$cc_point" ] && [ "$cc_point" = "$cc_escaped" ]
}

# True if what is written at the real path $1 outlives the container.
cc_persists() {
  cc_find_mount "$1"
  case $cc_type in tmpfs | ramfs | overlay | aufs | devtmpfs) return 1 ;; esac
  [ "$cc_point" = / ] && { [ -e /.dockerenv ] || [ -e /run/.containerenv ]; } || return 0
  ! cc_is_mount /etc/hostname && ! cc_is_mount /etc/hosts && ! cc_is_mount /etc/resolv.conf
}

# Looks for a repository around the real directory $1: cc_top is the folder that holds `.git`, empty where there is none,
# and cc_git the git directory, empty where it cannot hold a store.
cc_find_repository() {
  cc_top=$1 cc_git=''
  cc_find_mount "$1"
  cc_around=$cc_device
  while :; do
    cc_dot=${cc_top%/}/.git
    if [ -d "$cc_dot" ] && [ ! -L "$cc_dot" ]; then
      [ -x "$cc_dot" ] || return 0
      if cc_is_there "$cc_dot/HEAD"; then
        cc_find_mount "$cc_dot"
        [ "$cc_device" != "$cc_around" ] || cc_git=$cc_dot
        return 0
      fi
    elif cc_is_there "$cc_dot"; then
      return 0
    fi
    [ "$cc_top" != / ] || break
    cc_top=${cc_top%/*}
    cc_top=${cc_top:-/}
  done
  cc_top=''
}

# Goes into $1, a real directory in this one.
cc_enter() {
  [ -d "./$1" ] && [ ! -L "./$1" ] || return 1
  cc_rest=${PWD%/}/$1
  cd -P "./$1" 2>/dev/null && [ "$PWD" = "$cc_rest" ]
}

# Goes into $1, which is made where nothing is there, and given to cc_owner.
cc_make() {
  if ! cc_is_there "./$1" && mkdir "./$1" 2>/dev/null; then
    cc_enter "$1" && { [ -z "$cc_owner" ] || chown "$cc_owner" . 2>/dev/null; }
    return
  fi
  cc_enter "$1"
}

# True if the directory $1 holds nothing.
cc_is_empty() {
  [ -d "$1" ] && [ -r "$1" ] && [ -x "$1" ] || return 1
  for cc_entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    ! cc_is_there "$cc_entry" || return 1
  done
}

# Makes the link $1 here, to $2, with the options $3 of ln: with `f` it takes the place of a link (GNU's ln by one rename),
# and never that of a directory.
cc_link() {
  ln "$3" "$2" "./$1" 2>/dev/null && [ -L "./$1" ] || return 1
  [ -z "$cc_link_owner" ] || chown -h "$cc_link_owner" "./$1" 2>/dev/null
  cc_done="$cc_done  ~/$1: linked to the store$cc_newline"
}

# Decides what becomes of ./$1, which is to lead to $2; stores have that as $3. cc_way is `keep`, `new`, `replace`, `empty`
# (a directory that holds nothing gives way to the link) or `leave`.
cc_decide() {
  cc_way=leave
  if [ "./$1" -ef "$2" ]; then
    cc_way=keep
  elif ! cc_is_there "./$1"; then
    cc_way=new
  elif [ ! -L "./$1" ]; then
    [ "$1" != .claude ] || ! cc_is_empty ./.claude || cc_way=empty
  elif [ -e "./$1" ]; then
    [ ! "./$1" -ef "$cc_build/.claude-credentials" ] || ! cc_is_empty "./$1" || cc_way=replace
  else
    cc_text=$(readlink "./$1" 2>/dev/null)
    case $cc_text in
      "$2" | "$cc_build/$3" | "$cc_volume/$3" | /*"/.git/claude-credentials/$3" | /*"/.devcontainer.secrets/$3") cc_way=replace ;;
    esac
    # Claude Code makes its state file where the link leads.
    [ "$cc_text" != "$2" ] || [ "$1" = .claude ] || cc_way=keep
  fi
}

# Decides, and does it; again where another start is at the same work.
cc_lead() {
  for cc_rest in 1 2 3 4; do
    cc_decide "$@"
    cc_follow "$@" && return
  done
  cc_leave "what is at ~/$1 stays as it is"
}

cc_follow() {
  case $cc_way in
    keep) ;;
    new) cc_link "$1" "$2" -sT ;;
    replace) cc_link "$1" "$2" -sfT ;;
    empty) rmdir "./$1" 2>/dev/null && cc_link "$1" "$2" -sT ;;
    *) return 1 ;;
  esac
}

# Sets cc_store_option and cc_per_container to what install.sh wrote down; false where the former is not plain.
cc_read_store_option() {
  cc_store_option='' cc_per_container=no
  [ -r "$cc_options" ] || return 0
  while IFS= read -r cc_line; do
    case $cc_line in
      CLAUDE_CREDENTIALS_OPTION_STORE=*)
        cc_store_option=${cc_line#*=\'}
        cc_store_option=${cc_store_option%\'}
        [ "$cc_line" = "CLAUDE_CREDENTIALS_OPTION_STORE='$cc_store_option'" ] || return 1
        case $cc_store_option in *\'*) return 1 ;; esac
        ;;
      "CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER='true'") cc_per_container=yes ;;
    esac
  done <"$cc_options"
}

# Chooses the first of the design's places for a store: cc_root is its path and cc_kind what it is. False, and said, where
# that takes more than a look.
cc_choose_store() {
  cc_kind='' cc_git='' cc_top='' cc_parent=''
  [ -z "$cc_workspace" ] || cc_find_repository "$cc_workspace"
  case $cc_wanted in
    '')
      cc_kind=git
      if cc_is_mount "$cc_volume"; then
        cc_kind=mount
      elif [ -z "$cc_git" ] || { cc_is_there "$cc_workspace/.devcontainer.secrets" &&
        [ ! -d "$cc_git/claude-credentials/.claude-credentials" ]; }; then
        cc_kind=workspace
      fi
      ;;
    git | workspace) cc_kind=$cc_wanted ;;
    "${cc_git:-/}/claude-credentials") cc_kind=git ;;
    "${cc_workspace:-/}/.devcontainer.secrets") cc_kind=workspace ;;
    *//* | */./* | */../* | */. | */.. | */ | "$cc_home/.claude"/* | "${cc_workspace:-/}"/*) ;;
    /*) cc_kind=path cc_root=$cc_wanted ;;
  esac
  case $cc_kind in
    mount) cc_root=$cc_volume ;;
    git) cc_parent=$cc_git cc_root=$cc_git/claude-credentials ;;
    workspace) cc_parent=$cc_workspace cc_root=$cc_workspace/.devcontainer.secrets ;;
    '') cc_refuse "the option 'store' names a place that must be looked at more closely" || return ;;
  esac
  case $cc_kind in
    git | workspace)
      [ -n "$cc_workspace" ] || cc_refuse 'there is no workspace folder, or it is not known' || return
      [ -n "$cc_parent" ] || cc_refuse "$cc_workspace has no git directory that can hold the store" || return
      ;;
    *)
      # Links above it are the user's own matter.
      cc_parent=${cc_root%/*}
      cd -P "${cc_parent:-/}" 2>/dev/null || cc_refuse "${cc_parent:-/} is not there" || return
      cc_parent=$PWD
      [ "$cc_kind" = mount ] || cc_find_repository "$cc_parent"
      ;;
  esac
  case $cc_kind in
    path | workspace) [ -z "$cc_top" ] || cc_refuse "git must be asked whether it tracks $cc_root" || return ;;
  esac
}

# True if the entry $1 is the remote user's own. Root uses what is on a volume, and what belongs to the workspace's owner.
cc_is_ours() {
  [ ! -O "$1" ] || return 0
  [ -O / ] || return 1
  case $cc_kind in mount | path) return 0 ;; esac
  cc_read_owner "$1" && [ "$cc_uid" = "${cc_owner%%:*}" ]
}

# True if all that is ours in the store, where this process is, is what and whose it must be.
cc_is_safe() {
  [ "$cc_kind" = workspace ] || cc_is_ours . || return 1
  for cc_name in .claude-credentials backups containers env-vars last-known-good; do
    cc_is_there "./$cc_name" || continue
    [ -d "./$cc_name" ] && [ ! -L "./$cc_name" ] && cc_is_ours "./$cc_name" || return 1
  done
  for cc_name in .claude-credentials/.credentials.json .claude-credentials/.claude.json env-vars/.claude-code-env format \
    signed-in; do
    cc_is_there "./$cc_name" || continue
    [ -f "./$cc_name" ] && [ ! -L "./$cc_name" ] && cc_is_ours "./$cc_name" || return 1
  done
  cc_line=1
  [ ! -e ./format ] || { IFS= read -r cc_line <./format; } 2>/dev/null || return 1
  [ "$cc_line" = 1 ]
}

# Makes the store, or what is missing of it, private. False, and said, where it cannot be used as it is.
cc_open_store() {
  cc_owner=''
  if [ -O / ]; then
    # What root makes belongs to whose folder it is in.
    cc_name=$cc_workspace
    case $cc_kind in mount | path) cc_name=$cc_root ;; esac
    ! cc_is_there "$cc_name" || { cc_read_owner "$cc_name" && cc_owner=$cc_uid:$cc_gid; } ||
      cc_refuse "whose $cc_name is cannot be seen" || return
    [ "$cc_owner" != 0:0 ] || cc_owner=''
  fi
  { cd -P "$cc_parent" 2>/dev/null && [ "$PWD" = "$cc_parent" ] && { [ "$cc_kind" != git ] || cc_is_ours .; } &&
    cc_make "${cc_root##*/}" && [ -w . ]; } ||
    cc_refuse "$cc_root is no directory of yours that can be written to, and cannot be made one" || return
  cc_is_safe || cc_refuse "what is in $cc_root must be looked at more closely" || return
  # Without following what may be there by then.
  [ "$cc_kind" != workspace ] || cc_is_there ./.gitignore || (umask 022 && set -C && printf '*\n' >./.gitignore) 2>/dev/null || :
  { cc_make .claude-credentials && [ -w . ]; } || cc_refuse "$cc_root/.claude-credentials cannot be made" || return
  for cc_name in .. . ./.credentials.json ./.claude.json ../backups ../containers ../env-vars ../env-vars/.claude-code-env; do
    [ -e "$cc_name" ] || continue
    [ "$cc_kind$cc_name" != workspace.. ] || continue
    case $(ls -ld "$cc_name" 2>/dev/null) in drwx------* | -rw-------*) continue ;; esac
    if [ -n "$cc_owner" ]; then
      # Root does not change by a name what somebody else may swap.
      cc_leave "others may read $cc_root"
      break
    elif [ -d "$cc_name" ]; then
      chmod 0700 "$cc_name" 2>/dev/null
    else
      chmod 0600 "$cc_name" 2>/dev/null
    fi
  done
}

# True if the configuration directory needs no store: a mount, or a directory of the user's choice that outlives the
# container. cc_root is its real path.
cc_keeps_itself() {
  cd -P "${CLAUDE_CONFIG_DIR:-$cc_home/.claude}" 2>/dev/null || return 1
  cc_root=$PWD
  case $cc_real_home/ in "${cc_root%/}"/*) return 1 ;; esac
  cc_is_mount "$cc_root" || { [ -n "${CLAUDE_CONFIG_DIR-}" ] && cc_persists "$cc_root"; }
}

# Reads the hook's flags into cc_workspace; others need more than the shell.
cc_read_flags() {
  cc_workspace=${CLAUDE_CREDENTIALS_WORKSPACE-}
  while [ $# -gt 0 ]; do
    case $1 in
      --strict | --verbose) shift ;;
      --workspace | --devcontainer-id | --wait)
        [ $# -gt 1 ] || return 1
        [ "$1" != --workspace ] || { cc_workspace=$2 && [ -n "$2" ]; } || return 1
        shift 2
        ;;
      *) return 1 ;;
    esac
  done
}

# Sets cc_workspace to its real path; where none is named, it is that to whose store the home is linked.
cc_find_workspace() {
  if [ -z "$cc_workspace" ]; then
    cc_text=$(readlink "$cc_home/.claude" 2>/dev/null)
    case $cc_text in
      /*/.git/claude-credentials/.claude-credentials) cc_workspace=${cc_text%/.git/*} ;;
      /*/.devcontainer.secrets/.claude-credentials) cc_workspace=${cc_text%/.devcontainer.secrets/*} ;;
      *) return 0 ;;
    esac
  fi
  case $cc_workspace in /*) ;; *) cc_workspace=$PWD/$cc_workspace ;; esac
  cd -P "$cc_workspace" 2>/dev/null || { cc_workspace='' && return; }
  cc_workspace=$PWD
}

# Finds the home and what is wanted. False, and said, where they are none that the shell can work with.
cc_look_around() {
  cc_read_flags "$@" || cc_refuse 'these flags need one' || return
  cc_home=${CLAUDE_CREDENTIALS_HOME:-${HOME-}}
  cc_build=$cc_home/.local/share/claude-credentials
  cc_find_workspace
  cc_read_store_option || cc_refuse "the option 'store' is not plain" || return
  cc_wanted=${CLAUDE_CREDENTIALS_STORE:-$cc_store_option}
  case $cc_home$cc_workspace$cc_wanted${CLAUDE_CONFIG_DIR-} in
    *[[:cntrl:]]*) cc_refuse 'a path holds control characters' || return ;;
  esac
  case $cc_home,${CLAUDE_CONFIG_DIR:-/} in
    */,* | [!/]* | ,* | *,[!/]*) cc_refuse 'the home or CLAUDE_CONFIG_DIR is no plain path' || return ;;
  esac
  { cd -P "$cc_home" 2>/dev/null && [ -O . ]; } || cc_refuse "the home $cc_home is not yours" || return
  cc_real_home=$PWD
  for cc_entry in ./.claude-credentials-incoming-*; do
    [ ! -e "$cc_entry" ] || [ -L "$cc_entry" ] || cc_refuse "an interrupted run left $cc_home/${cc_entry#./}" || return
  done
}

# Leads the home to its store, as far as that is certain. cc_left says in words what it is not.
cc_bring_about() {
  cc_look_around "$@" || return
  cc_read_mounts
  if cc_keeps_itself; then
    cc_state=$cc_root/.claude.json
  elif [ -n "${CLAUDE_CONFIG_DIR-}" ]; then
    cc_refuse "CLAUDE_CONFIG_DIR names $CLAUDE_CONFIG_DIR, which goes with the container" || return
  else
    cc_choose_store || return
    cc_config=$cc_root/.claude-credentials cc_state=$cc_root/.claude-credentials/.claude.json
    cd -P "$cc_home" && cc_decide .claude "$cc_config" .claude-credentials
    [ "$cc_way" = leave ] || cc_open_store || return
    cd -P "$cc_home" && cc_lead .claude "$cc_config" .claude-credentials
    [ ./.claude -ef "$cc_config" ] || return
  fi
  cc_persists "$cc_root" || cc_fleeting=yes
  cd -P "$cc_home" && [ -z "${CLAUDE_CONFIG_DIR-}" ] || return
  if [ "$cc_per_container" = yes ]; then
    cc_leave "what is at ~/.claude.json stays as it is (option 'perContainer')"
  elif ! cc_is_mount "$cc_real_home/.claude.json"; then
    cc_lead .claude.json "$cc_state" .claude-credentials/.claude.json
  fi
}

# `start "$@"` without a Node.js; false where not all could be done.
cc_start_without_node() {
  cc_left='' cc_done='' cc_root='' cc_fleeting=no cc_link_owner=''
  umask 077
  cc_bring_about "$@"
  if [ "$cc_fleeting" = yes ]; then
    cc_say "STORE_NOT_PERSISTENT: $cc_root does not outlive the container" \
      'open the project with its folder mounted into the container, or mount a volume at /var/lib/claude-credentials'
  elif [ -z "$cc_left$cc_done" ]; then
    printf 'claude-credentials: unchanged, login kept in %s\n' "$cc_root" 2>/dev/null
    return 0
  elif [ -z "$cc_left" ]; then
    printf 'claude-credentials: login kept in %s; it outlives rebuilds\n' "$cc_root" 2>/dev/null
  fi
  printf '%s' "$cc_done" 2>/dev/null
  cc_say "RUNTIME_MISSING: there is no Node.js 18.19 or newer, and without one ${cc_left:-this is all that start does}" \
    "$cc_add_node"
  [ -z "$cc_left" ] && [ "$cc_fleeting" = no ]
}

# Sets cc_home and cc_link_owner to the remote user's, as the devcontainer CLI names it while an image is built.
cc_find_remote_user() {
  cc_home=${_REMOTE_USER_HOME-} cc_link_owner=''
  if [ -n "${_REMOTE_USER-}" ]; then
    while IFS=: read -r cc_name cc_rest cc_uid cc_gid cc_rest cc_entry cc_rest; do
      [ "$cc_name" = "$_REMOTE_USER" ] || [ "$cc_uid" = "$_REMOTE_USER" ] || continue
      cc_home=${cc_home:-$cc_entry} cc_link_owner=$cc_uid:$cc_gid
      break
    done </etc/passwd
  else
    cc_home=${cc_home:-${HOME-}}
    ! cc_read_owner "$cc_home" || cc_link_owner=$cc_uid:$cc_gid
  fi
  [ -n "$cc_link_owner" ] || cc_refuse 'the remote user is not in /etc/passwd' || return
  case $cc_home in
    *[[:cntrl:]]* | */ | [!/]* | '') cc_refuse 'the home of the remote user is no plain path' ;;
    *) cd -P "$cc_home" 2>/dev/null || cc_refuse "$cc_home is not there" ;;
  esac
}

# What install.sh does without a Node.js: the image's own directory for the login, and the links to it. Says what is left.
cc_install_without_node() {
  cc_left='' cc_done=''
  cc_link_image || :
  [ -z "$cc_left" ] || cc_warn "the links of the image are not all made: $cc_left" \
    'the build goes on; each start of a container makes them as far as it can'
}

# Goes to where the image's own directory is made: where a variant has its volume, else in the home.
cc_enter_build_place() {
  if [ "$cc_build" = "$cc_volume" ]; then
    mkdir -p "${cc_volume%/*}" && cd -P "${cc_volume%/*}" || return
  else
    cc_make .local && cc_make share
  fi
}

cc_link_image() {
  cc_find_remote_user && cc_read_store_option || return
  cc_owner=$cc_link_owner
  case $cc_feature in
    *-volume | *-shared) cc_build=$cc_volume ;;
    *) cc_build=$cc_home/.local/share/claude-credentials ;;
  esac
  cc_config=$cc_build/.claude-credentials
  cc_decide .claude "$cc_config" .claude-credentials
  if [ "$cc_way" != leave ]; then
    { cc_enter_build_place && umask 077 && cc_make claude-credentials && cc_make .claude-credentials; } ||
      cc_refuse "$cc_config could not be made" || return
    cd -P "$cc_home" || return
  fi
  cc_lead .claude "$cc_config" .claude-credentials
  # With a state file for each container it is linked by `start` alone.
  [ -z "$cc_left" ] && [ "$cc_per_container" = no ] || return
  cc_lead .claude.json "$cc_config/.claude.json" .claude-credentials/.claude.json
}
