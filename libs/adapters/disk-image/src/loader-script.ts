/**
 * Run by the host's /bin/sh inside the user namespace, in the finished tree: `$1` folder for what it finds, then `name=path` words.
 * Copies the first ordinary file of each name and lists the names it has. A path that leads through a link is no file of the
 * tree: this shell sees the host, and a link would be followed there.
 */
export const LOADER_SCRIPT = `set -eu
out=$1
shift
cd "$GILD_ROOT"

is_plain() {
  reached=.
  rest=\${1#/}
  while :; do
    reached=$reached/\${rest%%/*}
    [ ! -L "$reached" ] || return 1
    case "$rest" in */*) rest=\${rest#*/} ;; *) break ;; esac
  done
  [ -f "$reached" ]
}

: >"$out/loaders"
for word in "$@"; do
  name=\${word%%=*} path=\${word#*=}
  [ ! -e "$out/$name" ] || continue
  is_plain "$path" || continue
  cp -- ".$path" "$out/$name"
  echo "$name" >>"$out/loaders"
done
`;
