import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryObjectStore } from '@gild/object-store-directory';
import { itWithStrace, runProcess } from './run-process.js';
import { imageBytes, PIECE_BYTES, wantedImage } from './wanted-image.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-cache-process-'));
const store = join(folder, 'store');
const IMAGE = wantedImage(1);
const SHA = IMAGE.object.sha256;
beforeAll(async () => {
  await directoryObjectStore(store).put(IMAGE.object.key, imageBytes(1));
});
afterAll(() => rmSync(folder, { recursive: true }));

const itKilled = itWithStrace('kill -9 while filling a host cache');
const listed = (root: string, name: string) =>
  existsSync(join(root, name)) ? readdirSync(join(root, name)).sort() : [];
const imageOf = (root: string) => readFileSync(join(root, 'images', `${SHA}.qcow2`));

/** What a killed process left: an entry only with the whole image, announced only with an entry. */
const judge = (root: string, lines: readonly string[]) => {
  const entries = listed(root, 'entries').filter((name) => name.endsWith('.json'));
  if (entries.length > 0) expect(imageOf(root).equals(imageBytes(1))).toBe(true);
  if (lines.includes('announced ImageCached')) expect(entries).toStrictEqual([`${SHA}.json`]);
};

/** The next process: has the image, and has swept what was left. Gives how much it had to read. */
const recover = async (root: string): Promise<number> => {
  const { lines } = await runProcess({ task: 'pull', root, store });
  const told = /^pulled (filled|found) (\d+)$/.exec(lines.at(-1) ?? '');
  expect(told).not.toBeNull();
  expect(imageOf(root).equals(imageBytes(1))).toBe(true);
  expect(['temporary', 'partial', 'holds'].map((name) => listed(root, name))).toStrictEqual([[], [], []]);
  return Number(told?.[2]);
};

/** strace counts the calls of each thread. */
const ONE_THREAD = { UV_THREADPOOL_SIZE: '1' };

/** Kills the process at every `step`th of its calls, until a run ends by itself; what each next one had to read. */
const sweep = async (call: string, step: number): Promise<number[]> => {
  const read: number[] = [];
  for (let nth = 1; ; nth += step) {
    const root = join(folder, `${call}-${nth}`);
    const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
    const under = ['strace', '-f', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject];
    const { lines, killed } = await runProcess({ task: 'pull', root, store, under, env: ONE_THREAD });
    if (!killed) return read;
    judge(root, lines);
    read.push(await recover(root));
  }
};

itKilled.each([
  ['rename', 1, 4],
  ['fsync', 1, 8],
  ['fdatasync', 2, 6],
  ['pwrite64', 2, 3],
])(
  'row 3: killed at any %s while filling, no half entry is ever seen, and the next process goes on',
  async (call, step, atLeast) => {
    const read = await sweep(call, step);
    expect(read.length).toBeGreaterThanOrEqual(atLeast);
    if (call === 'fdatasync')
      expect(Math.min(...read)).toBeLessThan(IMAGE.object.sizeBytes - 2 * PIECE_BYTES);
  },
  300_000,
);

itKilled(
  'row 25: has all of an image, and its name, on the disk before its entry, and that before it says so',
  async () => {
    const root = join(folder, 'witness');
    const log = join(folder, 'witness.strace');
    const traced = 'trace=openat,fsync,fdatasync,rename,write';
    await runProcess({
      task: 'pull',
      root,
      store,
      under: ['strace', '-f', '-y', '-o', log, '-e', traced],
    });
    const calls = readFileSync(log, 'utf8').split('\n');
    const at = (pattern: RegExp, after = -1) =>
      calls.findIndex((line, index) => index > after && pattern.test(line));
    const steps = [
      /fsync\(\d+<[^>]*\/partial\/[0-9a-f]{64}\.part>/,
      /rename\("[^"]*\/partial\/[0-9a-f]{64}\.part", "[^"]*\/images\//,
      /fsync\(\d+<[^>]*\/images>/,
      /fsync\(\d+<[^>]*\/temporary\//,
      /rename\("[^"]*\/temporary\/[^"]*", "[^"]*\/entries\//,
      /fsync\(\d+<[^>]*\/entries>/,
      /write\(1<.*announced ImageCached/,
    ];
    let last = -1;
    const found = steps.map((pattern) => (last = at(pattern, last)));
    expect(found).not.toContain(-1);
    // A line of the journal is written once the piece it names is synced.
    const piece = at(/write\(\d+<[^>]*\.pieces>/);
    expect(at(/fdatasync\(\d+<[^>]*\.part>/)).toBeLessThan(piece);
  },
);

it('fills once for two processes, and both get the entry', async () => {
  const root = join(folder, 'two');
  const told = await Promise.all([1, 2].map(() => runProcess({ task: 'pull', root, store })));
  const pulled = told.map(({ lines }) => lines.at(-1)).sort();
  expect(pulled).toStrictEqual(['pulled filled 393216', 'pulled found 0']);
  expect(told.flatMap(({ lines }) => lines).filter((line) => line.startsWith('announced'))).toHaveLength(1);
});

it('reads images of any size with little memory', async () => {
  // The digest of 512 MiB of zeros.
  const image = '9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767';
  const { lines } = await runProcess({ task: 'large', root: join(folder, 'large'), store, image });
  expect(lines).toContain('pulled filled');
  expect(Number(/^grown (\d+)$/.exec(lines.at(-1) ?? '')?.[1])).toBeLessThan(64);
}, 120_000);
