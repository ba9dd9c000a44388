import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { home } from './sandbox-under-test.spec.js';

/** Runs one sandbox by the spec in its argument. */
export const SANDBOX_PROGRAM = fileURLToPath(new URL('../test-programs/run-source.mjs', import.meta.url));

/** Grants nobody a range of ids, for the program that follows and all it starts, and runs that as nobody. */
const AS_NOBODY = `set -e
echo nobody:200000:65536 >"$1/ids"
mount --bind "$1/ids" /etc/subuid
mount --bind "$1/ids" /etc/subgid
shift
exec setpriv --reuid nobody --regid 65534 --clear-groups "$@"`;

export const asNobody = (...argv: string[]): [program: string, args: string[]] => [
  'unshare',
  ['--mount', 'sh', '-c', AS_NOBODY, 'as-nobody', home, ...argv],
];

const probe = mkdtempSync(join(tmpdir(), 'gild-ids-'));
export const canGrant =
  spawnSync('unshare', ['--mount', 'sh', '-c', AS_NOBODY, 'as-nobody', probe, 'newuidmap']).status === 1;
rmSync(probe, { recursive: true });
if (!canGrant)
  process.stderr.write('\nNOT TESTED: the sandbox of a user without rights; only root can grant one ids\n\n');
