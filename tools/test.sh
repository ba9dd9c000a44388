# `npm test`: sets up what is missing, then runs every check. Its last line is always `N passed, N failed`.
cd "$(dirname "$0")/.." || exit 1
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin
export PATH
trap '[ -n "$handed_over" ] || echo "0 passed, 1 failed"' EXIT

. tools/setup.sh

set_up dependencies
require_host_tools test || {
  GILD_TEST_LACKS=$tools
  export GILD_TEST_LACKS
  say "TESTS THAT NEED THESE WILL FAIL OR BE SKIPPED: $tools"
}
find_node
handed_over=1
"$node" tools/test.mjs "$@"
exit $?
