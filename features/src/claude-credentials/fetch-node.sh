# Provides a Node.js where an image has none: read by install.sh, which calls cc_provide_node.
#
# The file node.sha256 names one version, and what its program is for each architecture. Only what has that very SHA-256
# is given its name, or is run: so it makes no difference by which mirror or proxy it came, and nothing switches that off.
# shellcheck shell=sh disable=SC2034,SC2154 # what install.sh reads and sets

cc_private=/usr/local/lib/claude-credentials/node
cc_fetched=$cc_private.new.$$
cc_newline='
'

cc_has() {
  command -v "$1" >/dev/null 2>&1
}

# Reads what is pinned for this machine: cc_pinned is the program's path in the official archive, cc_sum its SHA-256,
# cc_loader the part of glibc that it starts with.
cc_read_pin() {
  cc_pinned='' cc_sum='' cc_loader='' cc_machine=$(uname -m 2>/dev/null)
  case $cc_machine in
    x86_64 | amd64) cc_machine=x64 cc_loader=/lib64/ld-linux-x86-64.so.2 ;;
    aarch64 | arm64) cc_machine=arm64 cc_loader=/lib/ld-linux-aarch64.so.1 ;;
  esac
  [ -r "$cc_here/node.sha256" ] || return 0
  while read -r cc_line cc_path; do
    case $cc_path in *-linux-"$cc_machine"/bin/node) cc_pinned=$cc_path cc_sum=$cc_line ;; esac
  done <"$cc_here/node.sha256"
}

# True where musl is the C library. A Debian may have musl's loader too, and an Alpine one that stands in for glibc's.
cc_is_musl() {
  set -- /lib/ld-musl-*
  [ -e "$1" ] && { cc_has apk || [ ! -e "$cc_loader" ]; }
}

# Prints the SHA-256 of standard input, and more behind it.
cc_digest() {
  if cc_has sha256sum; then
    sha256sum
  elif cc_has openssl; then
    openssl dgst -sha256 -r
  elif cc_has shasum; then
    shasum -a 256
  else
    busybox sha256sum
  fi 2>/dev/null
}

# True if $1 is the program that is pinned.
cc_is_pinned() {
  [ -f "$1" ] && [ ! -L "$1" ] && [ ${#cc_sum} -eq 64 ] || return 1
  cc_line=$(cc_digest <"$1") && [ "${cc_line%% *}" = "$cc_sum" ]
}

cc_is_gnu_wget() {
  case $(wget --version 2>/dev/null) in 'GNU Wget'*) ;; *) return 1 ;; esac
}

# True if there is what it takes to fetch the URL $1 and to unpack it. Not busybox's wget for https: it checks no
# certificate, and follows a redirect to http.
cc_has_tools() {
  cc_has tar && cc_has gzip || return 1
  cc_has curl || cc_is_gnu_wget || case $1 in http:*) cc_has wget ;; *) return 1 ;; esac
}

# Prints what is at the URL $1. What hangs or crawls is given up, and no redirect leads from https to http.
cc_download() {
  # curl knows most of these in either case, wget in small letters alone.
  export http_proxy="${http_proxy-${HTTP_PROXY-}}" https_proxy="${https_proxy-${HTTPS_PROXY-}}" no_proxy="${no_proxy-${NO_PROXY-}}"
  cc_hops=0 cc_protocols='=https' cc_limit=900
  case $1 in http:*) cc_hops=9 cc_protocols='=http,https' ;; esac
  if cc_has curl; then
    set -- curl -fsSL --proto '=http,https' --proto-redir "$cc_protocols" --connect-timeout 20 --speed-limit 1000 \
      --speed-time 20 --retry 1 "$1"
  elif cc_is_gnu_wget; then
    set -- wget -nv -O - "--max-redirect=$cc_hops" --timeout=20 --tries=2 "$1"
  else
    # Without its own -T: with that, busybox-static of Debian 12 crashes.
    cc_limit=300
    set -- wget -q -O - "$1"
  fi
  ! cc_has timeout || set -- timeout "$cc_limit" "$@"
  "$@"
}

# Fetches the program from $1, which is laid out as nodejs.org/dist is. Where that fails it adds to cc_why how.
cc_fetch() {
  # What is in front of an @ may be a password.
  cc_from=$1
  case $1 in *://*@*) cc_from=${1%%://*}://${1##*@} ;; esac
  cc_line=${cc_pinned%/bin/node}
  cc_path=${cc_line#node-}
  cc_path=${1%/}/${cc_path%-linux-*}/$cc_line.tar.gz
  case $1 in
    http://* | https://*)
      if cc_has_tools "$1" || cc_add_tools "$1"; then
        # Of what comes nothing but the one program gets to the disk.
        cc_said=$(umask 077 && { cc_download "$cc_path" | tar -xzOf - "$cc_pinned" 2>/dev/null >"$cc_fetched"; } 2>&1)
        cc_is_pinned "$cc_fetched" && chmod 0755 "$cc_fetched" && mv -f "$cc_fetched" "$cc_private" && return
        rm -f "$cc_fetched"
        cc_said=${cc_said##*"$cc_newline"}
        # wget tells of a success too.
        case $cc_said in
          '' | *[[:cntrl:]]* | *' URL:'*) cc_said='what came is cut off, or not the program that is pinned' ;;
        esac
      else
        cc_said='curl (or wget), tar or gzip is missing, and no package manager added it'
      fi
      ;;
    *) cc_said='this is no http or https address' ;;
  esac
  cc_why="$cc_why; $cc_from: $cc_said"
  return 1
}

# Prints the names of the installed packages.
cc_list_packages() {
  # shellcheck disable=SC2016 # dpkg-query fills this in
  dpkg-query -W -f '${binary:Package}\n' 2>/dev/null || rpm -qa --qf '%{NAME}.%{ARCH}\n' 2>/dev/null
}

# Runs apt-get, and what that starts, with lists and archives of their own: those of the image stay as they are.
cc_apt() {
  mkdir -p "$cc_scratch/lists/partial" "$cc_scratch/archives/partial" &&
    printf '%s;\n' "Dir::State::Lists \"$cc_scratch/lists\"" "Dir::Cache \"$cc_scratch\"" 'Acquire::Retries 1' \
      'Acquire::http::Timeout 20' 'Acquire::https::Timeout 20' >"$cc_scratch/apt.conf" &&
    APT_CONFIG=$cc_scratch/apt.conf DEBIAN_FRONTEND=noninteractive apt-get -qq "$@"
}

# Has a package manager add what cc_has_tools misses for the URL $1. Once: what it cannot add it cannot add later.
cc_add_tools() {
  [ -z "$cc_scratch" ] && cc_scratch=$(mktemp -d) && chmod 0755 "$cc_scratch" || return 1
  cc_before=$(cc_list_packages)
  cc_url=$1
  set --
  for cc_line in curl gzip tar; do
    cc_has "$cc_line" || set -- "$@" "$cc_line"
  done
  if cc_has apt-get; then
    cc_apt update && cc_apt install -y --no-install-recommends "$@" ca-certificates
  elif cc_has apk; then
    apk add -q --no-cache --virtual .claude-credentials-fetch "$@"
  elif cc_has zypper; then
    zypper -qn --cache-dir "$cc_scratch" install --no-recommends "$@"
  else
    for cc_line in dnf microdnf yum; do
      ! cc_has "$cc_line" || { "$cc_line" install -y --setopt=cachedir="$cc_scratch" "$@" && break; }
    done
  fi </dev/null >/dev/null
  cc_has_tools "$cc_url"
}

# Removes what cc_add_tools added, and nothing that was there before.
cc_remove_tools() {
  [ -n "$cc_scratch" ] || return 0
  rm -rf "$cc_scratch"
  set --
  for cc_line in $(cc_list_packages); do
    case $cc_newline$cc_before$cc_newline in
      *"$cc_newline$cc_line$cc_newline"*) ;;
      *) set -- "$@" "$cc_line" ;;
    esac
  done
  if [ $# -eq 0 ]; then
    ! cc_has apk || apk del -q .claude-credentials-fetch
  elif cc_has dpkg; then
    DEBIAN_FRONTEND=noninteractive dpkg --purge "$@"
  else
    rpm -e "$@"
  fi >/dev/null
}

# Puts the pinned program in its place, from the mirror $1 if one is named.
cc_fetch_private() {
  if ! mkdir -p "${cc_private%/*}" || ! chmod 0755 "${cc_private%/*}" || [ -d "$cc_private" ]; then
    cc_why="; $cc_private cannot be written"
    return 1
  fi
  rm -f "$cc_private".new.*
  cc_scratch=''
  { [ -n "$1" ] && cc_fetch "$1"; } || cc_fetch https://nodejs.org/dist
  cc_status=$?
  cc_remove_tools
  return "$cc_status"
}

# Sets cc_node to the private Node.js, which is fetched where it is not there yet; where that does not run it goes again.
cc_provide_private() {
  if cc_is_pinned "$cc_private" || cc_fetch_private "$1"; then
    cc_consider "$cc_private"
    [ -z "$cc_node" ] || return 0
    cc_said=$("$cc_private" --version 2>&1 </dev/null)
    cc_why="; the official one does not run here: ${cc_said##*"$cc_newline"}"
    rm -f "$cc_private"
  fi
  rmdir "${cc_private%/*}" 2>/dev/null || :
}

# Has the distribution's own Node.js added, the one kind that runs with musl.
cc_add_package() {
  cc_had=$(apk info -e nodejs 2>/dev/null)
  apk add -q --no-cache nodejs </dev/null >/dev/null
  cc_find_node
  [ -z "$cc_node" ] || return 0
  [ -n "$cc_had" ] || apk del -q nodejs >/dev/null 2>&1
  cc_why='; no official one runs with musl, and the nodejs of apk is not to be had, or older'
}

# Sets cc_node to a Node.js that was not there before, or says in cc_why why there is none. $1 is a mirror of
# nodejs.org/dist or empty.
cc_provide_node() {
  cc_node='' cc_best=18018999 cc_why=''
  cc_read_pin
  if cc_is_musl; then
    cc_add_package
  elif [ -z "$cc_pinned" ]; then
    cc_why="; node.sha256 names none for this machine (${cc_machine:-unknown})"
  elif [ ! -e "$cc_loader" ]; then
    cc_why="; the official one needs glibc ($cc_loader)"
  else
    cc_provide_private "$1"
  fi
  cc_why=${cc_why#; }
}
