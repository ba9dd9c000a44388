import { fileURLToPath } from 'node:url';
import { LAYOUT } from './disk-layout.js';
import { DISK, MADE, runInside, type ReadyTree, type Workshop } from './root-file-system.js';

const PROGRAM = fileURLToPath(new URL('../assets', import.meta.url));

/** debugfs names every command it runs, which shows how far it is. */
const COUNT = '$| = 1; while (<STDIN>) { print "Wrote the labels of $. files\n" if $. % 5000 == 0 }';

// debugfs says nothing of an error but where it complains.
const LABEL = `set -euo pipefail
cd "$GILD_ROOT"
[ -e etc/selinux/config ] || exit 0
python3 -I /run/gild/program/labels.py ${MADE}/labels
[ -s ${MADE}/labels ] || exit 0
echo "Writing SELinux labels of $(wc -l <${MADE}/labels) files"
debugfs -w -f ${MADE}/labels "$1" 2>${MADE}/complaints | perl -e "$2"
complaints=$(sed -n 2,21p ${MADE}/complaints)
if [ -n "$complaints" ]; then echo "$complaints"; exit 1; fi
`;

/**
 * Gives the files of the root file system on the disk the labels that the tree's own SELinux policy names, so that no machine has
 * to do it at its first start. A tree without a policy stays as it is.
 */
export const writeSelinuxLabels = async (
  shop: Workshop,
  tree: ReadyTree,
  diskPath: string,
): Promise<void> => {
  const run = {
    argv: ['bash', '-c', LABEL, 'write-labels', `${DISK}?offset=${LAYOUT.root.offset}`, COUNT],
    lower: tree.lower,
    env: { E2FSPROGS_FAKE_TIME: String(tree.size.newestSeconds) },
    binds: [
      { source: PROGRAM, target: '/run/gild/program', readOnly: true },
      { source: shop.made, target: MADE },
      { source: diskPath, target: DISK },
    ],
    idleLimitMs: shop.context.idleLimitMs,
  };
  await runInside(shop, run, () => false);
};
