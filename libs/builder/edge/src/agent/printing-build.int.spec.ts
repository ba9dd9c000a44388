import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { objectKeys } from '@gild/contracts';
import { linuxSandbox } from '@gild/sandbox-linux';
import { directoryWorkFolders } from '@gild/work-folders';

const PROGRAM = join(import.meta.dirname, '../../dist/agent/process-tests/printing-build.js');
if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" before this test`);

const MIB = 2 ** 20;
const sandbox = linuxSandbox();
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gild-printing-'));
});
afterEach(() => sandbox.remove(root));

const chunkAt = (chunk: number) => join(root, 'objects/objects', objectKeys.logChunk('job', 1, chunk));

/** Command lines of this host's processes that hold the word. */
const alive = async (word: string): Promise<number> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(word)).length;
};

it('row 27: a flood of a log, one line of 100 MB, bytes that are no text and escapes take no memory, and are capped with a notice', async () => {
  const script = [
    '$| = 1; print "\\xff\\xfe\\x1b]0;title\\x07\\x1b[2J\\n";',
    'print "x" x 1048576 for 1 .. 100; print "\\n";',
    'print "y" x 1023, "\\n" for 1 .. 200 * 1024;',
  ].join(' ');
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, root, script, '8']);
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    sizeBytes: number;
    chunks: number;
    truncated: boolean;
    grownBytes: number;
  };
  expect(told.grownBytes).toBeLessThan(64 * MIB);
  expect(told.truncated).toBe(true);
  expect(told.sizeBytes).toBeLessThan(8 * MIB + 300);
  const first = await readFile(chunkAt(1));
  expect(first.subarray(0, 4)).toStrictEqual(Buffer.from([0xff, 0xfe, 0x1b, 0x5d]));
  const lastTwo = await Promise.all(
    [told.chunks - 1, told.chunks].map((chunk) => readFile(chunkAt(chunk), 'latin1')),
  );
  const last = lastTwo.join('');
  expect(last).toContain(
    '[the output of programs ends here: it reached the limit of 8388608 bytes; the build goes on]',
  );
  expect(last).toMatch(/\[\d+ bytes of output were left out\]\n$/);
}, 120_000);

it('row 4: of an agent that is killed nothing runs on, the next start clears its folder, and (row 18) its log stays as far as it came', async () => {
  const mark = 'gild-row-4';
  const script = `my $m = "${mark}"; $| = 1; mkdir "$ENV{GILD_ROOT}/deep"; fork(); print "so far\\n"; sleep 60 while 1`;
  const agent = spawn(process.execPath, [PROGRAM, root, script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(agent, 'exit');
  await once(agent.stdout, 'data');
  expect(await alive(mark)).toBeGreaterThanOrEqual(3);
  agent.kill('SIGKILL');
  await exited;
  while ((await alive(mark)) > 0) await new Promise(setImmediate);
  expect((await readFile(chunkAt(1))).toString()).toMatch(/^so far\n/);
  const scratch = join(root, 'scratch');
  expect(await readdir(scratch)).toHaveLength(1);
  const [left = ''] = await readdir(scratch);
  const folders = directoryWorkFolders({ root: scratch, sandbox });
  await folders.sweep();
  expect(await readdir(scratch)).toStrictEqual([]);
  expect(await folders.clear(join(scratch, left))).toStrictEqual({
    processes: 0,
    mounts: 0,
    folderRemoved: true,
  });
}, 60_000);
