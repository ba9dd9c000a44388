# Sourced by ./gild and by tools/test.sh from the root of the checkout: brings npm dependencies, compiled
# code and host tools into place. Silent when there is nothing to do, and never writes to stdout.

say() { printf 'gild: %s\n' "$*" >&2; }

# 4 is what gild answers when something it depends on is out of reach.
give_up() {
  say "$@"
  exit 4
}

# Runs a command with its output kept back, and shows the end of it only when the command fails.
quietly() {
  quiet_log=$(mktemp) || give_up "no temporary file can be made in ${TMPDIR:-/tmp}: free some space, or set TMPDIR"
  trap 'rm -f "$quiet_log"; exit 130' INT
  trap 'rm -f "$quiet_log"; exit 143' TERM HUP
  "$@" >"$quiet_log" 2>&1 </dev/null 9<&-
  quiet_status=$?
  [ "$quiet_status" -eq 0 ] || tail -n 20 "$quiet_log" >&2
  rm -f "$quiet_log"
  trap - INT TERM HUP
  return "$quiet_status"
}

# Within quietly: lets Ctrl-C end at once what may be cut short. npm would spend a minute on tidying up first.
stoppable() {
  trap 'kill -KILL $!; rm -f "$quiet_log"; exit 130' INT
  trap 'kill -KILL $!; rm -f "$quiet_log"; exit 143' TERM HUP
  "$@" &
  wait $!
}

# The copy of the lockfile that install_dependencies keeps decides: file times prove nothing in a copied checkout, nor
# after git has brought an older lockfile back; whoever adds a package by hand has all installed once more. Without a copy
# npm was run by hand: it writes its own record last, so an installation that was cut short lacks it.
dependencies_ready() {
  [ -e package-lock.json ] || return 0
  if [ -e node_modules/.gild-lock ]; then
    cmp -s package-lock.json node_modules/.gild-lock
  else
    [ node_modules/.package-lock.json -nt package-lock.json ]
  fi
}

install_dependencies() {
  [ -z "${GILD_NO_INSTALL:-}" ] ||
    give_up 'npm dependencies are not installed as package-lock.json says, and GILD_NO_INSTALL is set. Run: npm ci --ignore-scripts'
  command -v npm >/dev/null || give_up 'npm is needed to install dependencies, and is not here: install Node 20 with npm'
  say 'installing npm dependencies (about a minute, once) ...'
  quietly stoppable npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error ||
    give_up 'npm could not install the dependencies: the reason stands above. Start again when it is mended'
  cp package-lock.json node_modules/.gild-lock
}

# A package that was installed brings its code compiled and no sources; there is nothing to compare there.
build_ready() {
  [ -e apps/gild/src/main.ts ] || return 0
  [ -e apps/gild/dist/main.js ] && [ -e apps/gild/dist/.built ] || return 1
  for project in libs/*/tsconfig.json libs/*/*/tsconfig.json apps/*/tsconfig.json; do
    [ -d "${project%/*}/dist" ] || return 1
  done
  [ -z "$(find apps libs tsconfig.base.json package-lock.json \
    \( -name dist -o -name node_modules \) -prune -o \
    -newer apps/gild/dist/.built \( -name '*.ts' -o -name '*.json' -o -type d -path '*/src*' \) \
    ! -name '*.spec.ts' -print -quit 2>/dev/null)" ]
}

# The mark carries the time at which the build began: what changes while it runs is newer than the mark.
build() {
  find_node
  say 'compiling ...'
  mkdir -p apps/gild/dist && : >apps/gild/dist/.building || give_up "cannot write into $PWD/apps/gild/dist"
  quietly stoppable "$node" node_modules/typescript/bin/tsc -b ||
    give_up 'this checkout does not compile: the reason stands above'
  mv apps/gild/dist/.building apps/gild/dist/.built
}

# Sets $node to a Node that can run Gild: the pinned one, else a recent one of the system.
find_node() {
  node=node_modules/.bin/node
  [ -x "$node" ] && return
  node=$(command -v node) || node=
  version=$("${node:-false}" --version 2>/dev/null)
  major=${version#v} minor=${version#*.}
  major=${major%%.*} minor=${minor%%.*}
  [ "${major:-0}" -gt 24 ] || { [ "${major:-0}" -eq 24 ] && [ "${minor:-0}" -ge 9 ]; } ||
    give_up "no Node for $(uname -sm) comes with Gild, and it needs 24.9 or newer on PATH (found: ${version:-none})"
}

# One set-up at a time in a checkout: whoever comes second waits, looks again and finds it done.
set_up() {
  dependencies_ready && { [ "$1" = dependencies ] || build_ready; } && return
  if [ -e package-lock.json ] && command -v flock >/dev/null; then
    exec 9<package-lock.json
    flock -n 9 || { say 'waiting for another start of gild to finish its set-up ...' && flock 9; }
  fi
  dependencies_ready || install_dependencies
  [ "$1" = dependencies ] || build_ready || build
  exec 9<&-
}

# Sets $tools and $packages to what the command $1 needs on a host like this, and this one lacks.
missing_host_tools() {
  tools='' packages='' machine=$(uname -m)
  while read -r probe package users only_on; do
    case "$probe" in '' | '#'*) continue ;; esac
    [ "${only_on:-$machine}" = "$machine" ] || continue
    case ",$users," in *",$1,"*) ;; *) continue ;; esac
    case "$probe" in
      /*) [ -e "$probe" ] && continue ;;
      *) command -v "$probe" >/dev/null && continue ;;
    esac
    tools="$tools${tools:+ }${probe##*/}"
    packages="$packages${packages:+ }$package"
  done <tools/host-tools.txt
  [ -n "$tools" ]
}

apt_lists_are_here() { ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; }

apt_install() {
  DEBIAN_FRONTEND=noninteractive quietly apt-get -q -y -o DPkg::Lock::Timeout=300 \
    install --no-install-recommends "$@"
}

# Installs what is missing for the command $1 when it may; else fails, having said what to run.
require_host_tools() {
  missing_host_tools "$1" || return 0
  command -v apt-get >/dev/null || {
    say "$1 needs $tools. Install them with this system's package manager; Debian's names: $packages"
    return 1
  }
  command="apt-get install -y --no-install-recommends $packages"
  apt_lists_are_here || command="apt-get update && $command"
  if [ -n "${GILD_NO_INSTALL:-}" ] || [ "$(id -u)" -ne 0 ]; then
    say "$1 needs Debian packages that are not installed. Run as root: $command"
    return 1
  fi
  say "installing the Debian packages that $1 needs: $packages ..."
  apt_lists_are_here || quietly apt-get -q update || say 'apt-get update failed; going on with what it has'
  # shellcheck disable=SC2086 # a list of package names
  apt_install $packages || { quietly apt-get -q update && apt_install $packages; } || {
    say "apt-get could not install them: the reason stands above. To try by hand: $command"
    return 1
  }
  missing_host_tools "$1" || return 0
  say "$1 needs $tools, still missing after installing $packages"
  return 1
}
