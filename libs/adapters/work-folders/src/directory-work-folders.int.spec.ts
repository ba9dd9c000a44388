import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { WorkFolders } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { directoryWorkFolders } from './directory-work-folders.js';
import { remainsOf } from './remains.js';

const sandbox = linuxSandbox({ graceMs: 300 });
let dir: string;
let root: string;
let folders: WorkFolders;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gild-work-'));
  root = join(dir, 'work');
  folders = directoryWorkFolders({ root, sandbox });
});
afterEach(() => rm(dir, { recursive: true }));

it('makes empty folders that nobody else of the host reaches', async () => {
  const folder = await folders.create('job-1', 0);
  const below = await folders.sub(folder, 'taskserv:nginx');
  expect(await readdir(folder)).toStrictEqual([basename(below)]);
  const modes = await Promise.all([root, folder, below].map(async (path) => (await stat(path)).mode & 0o777));
  expect(modes).toStrictEqual([0o700, 0o711, 0o755]);
});

it('gives the same build two folders never', async () => {
  await folders.create('job-1', 0);
  await expect(folders.create('job-1', 0)).rejects.toMatchObject({ code: 'EEXIST' });
});

it('names what a build needs and what is free when there is too little', async () => {
  await expect(folders.create('job-1', 2 ** 60)).rejects.toMatchObject({
    code: 'NO_SPACE',
    retryable: true,
    message: expect.stringMatching(/needs 1073741824\.0 GiB .* found \d+\.\d GiB/),
  });
  expect(await readdir(root)).toStrictEqual([]);
});

it('is where the sandbox can write, and removes what it wrote', async () => {
  const folder = await folders.create('job-1', 0);
  const upper = await folders.sub(folder, 'layer');
  await sandbox.run({
    argv: ['sh', '-c', 'mkdir "$GILD_ROOT/etc" && chmod 0 "$GILD_ROOT/etc" && chown 5:5 "$GILD_ROOT/etc"'],
    lower: [],
    upper,
    root: 'host',
  });
  await folders.remove(folder);
  await folders.remove(folder);
  expect(await readdir(root)).toStrictEqual([]);
});

it('sweeps what builds of dead processes left, and no other', async () => {
  const living = basename(await folders.create('job-1', 0));
  const [namespace, pid] = living.split('-');
  await mkdir(join(root, `${namespace}-${pid}-1-job-0`, 'deep'), { recursive: true });
  await folders.sweep();
  expect(await readdir(root)).toStrictEqual([living]);
});

it.each(['', '..', 'a/b', '.hidden', 'a b'])('refuses the name %j', async (name) => {
  await expect(folders.create(name, 0)).rejects.toMatchObject({ code: 'FOLDER_NAME_INVALID' });
});

it.each(['', '..', '../other'])('removes nothing outside: %j', async (path) => {
  await expect(folders.remove(join(root, path))).rejects.toMatchObject({ code: 'FOLDER_NAME_INVALID' });
});

it('tells how much of the disk is free', async () => {
  const percent = await folders.freePercent();
  expect(percent).toBeGreaterThan(0);
  expect(percent).toBeLessThanOrEqual(100);
});

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0 && process.getuid?.() === 0;
if (!canMount) process.stderr.write('\nNOT TESTED: a mount that a build left; only root can make one\n\n');

describe('the proof that nothing is left', () => {
  const runIn = (upper: string, script: string, signal: AbortSignal) => {
    const ready = Promise.withResolvers<undefined>();
    const run = sandbox.run({
      ...{ argv: ['sh', '-c', script], lower: [], upper, root: 'host', signal },
      onOutput: () => ready.resolve(undefined),
    });
    run.catch(() => undefined);
    return { run, ready: ready.promise };
  };

  it.each([
    ['asked', 'echo up; sleep 60'],
    ['killed', 'trap "" TERM; echo up; while :; do sleep 60; done'],
  ])('finds what runs in a folder, and later that it is gone: %s', async (ended, script) => {
    const folder = await folders.create('job-1', 0);
    const upper = await folders.sub(folder, 'layer');
    const stop = new AbortController();
    const { run, ready } = runIn(upper, script, stop.signal);
    await ready;
    expect((await remainsOf(basename(folder))).processes).toBeGreaterThanOrEqual(3);
    stop.abort(new Error('cancelled'));
    await expect(run).rejects.toThrow('cancelled');
    expect(await folders.clear(folder)).toStrictEqual({
      processes: 0,
      mounts: 0,
      folderRemoved: true,
      ended,
    });
    expect(await readdir(root)).toStrictEqual([]);
  });

  (canMount ? it : it.skip)('says that a mount is left, and so its folder', async () => {
    const folder = await folders.create('job-1', 0);
    const below = await folders.sub(folder, 'held');
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', below]);
    try {
      expect(await folders.clear(folder)).toStrictEqual({ processes: 0, mounts: 1, folderRemoved: false });
    } finally {
      execFileSync('umount', [below]);
    }
    expect(await folders.clear(folder)).toStrictEqual({ processes: 0, mounts: 0, folderRemoved: true });
  });
});
