import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { clockOfTheHost } from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';
import { indexState } from './index-state.js';
import {
  BASE,
  context,
  folder,
  home,
  LIMIT_MS,
  log,
  recipe,
  resolve,
  sandbox,
  target,
} from './toolchain-under-test.spec.js';

afterAll(() => sandbox.remove(home), LIMIT_MS);

const indexFolder = async () => {
  const indexes = join(home, 'cache/debian/indexes');
  const [id = ''] = await readdir(indexes);
  return join(indexes, id);
};

/** Every file that builds share to choose packages from, with the times of its last change. */
const shared = async () => {
  const root = await indexFolder();
  const names = (await readdir(root, { recursive: true })).sort();
  const times = await Promise.all(names.map(async (name) => (await stat(join(root, name))).mtimeMs));
  return names.map((name, index) => [name, times[index]]);
};

/** Holds the lock of the indexes as another build does, until it is let go or this test ends. */
const lockHeld = async () => {
  const lock = join(await indexFolder(), 'index/lock');
  const holder = spawn('flock', [lock, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(holder.stdout, 'data');
  return { letGo: () => void holder.stdin.end() };
};

/** Fetches the indexes whatever their age; calls back once it waits. */
const refreshed = async (onWaiting: () => void) => {
  const toolchain = debianToolchain({ sandbox, clock: clockOfTheHost, indexAgeMs: 0 });
  const parts = {
    log: (chunk: Uint8Array) => {
      log.text += Buffer.from(chunk).toString();
      if (log.text.includes('Waiting for another build that uses these package indexes\n')) onWaiting();
    },
  };
  log.text = '';
  await toolchain.resolve(target, [BASE], await context(parts));
};

it(
  'chooses packages without a change to anything another build may be reading',
  async () => {
    await resolve(BASE);
    const before = await shared();
    const [, tools] = await resolve(BASE, recipe('tools', { packages: ['redis-tools'] }));
    expect(tools?.packages.map(({ name }) => name)).toContain('redis-tools');
    expect(await shared()).toStrictEqual(before);
    expect(before.map(([name]) => name)).toContain('index/srcpkgcache.bin');
  },
  LIMIT_MS,
);

/** Resolves once somebody waits for the lock with the number of its file. */
const isWaitedFor = async (inode: number, signal: AbortSignal): Promise<'waited for'> => {
  const waiter = new RegExp(`-> FLOCK +ADVISORY +READ .*:${inode} `);
  while (!waiter.test(await readFile('/proc/locks', 'utf8'))) await setTimeout(10, undefined, { signal });
  return 'waited for';
};

it(
  'does not choose packages while another build replaces the indexes',
  async () => {
    await resolve(BASE);
    const { ino } = await stat(join(await indexFolder(), 'index/lock'));
    const { letGo } = await lockHeld();
    const choosing = resolve(BASE, recipe('tools', { packages: ['nano'] }));
    const chosen = new AbortController();
    try {
      expect(await Promise.race([choosing, isWaitedFor(ino, chosen.signal)])).toBe('waited for');
    } finally {
      chosen.abort();
      letGo();
    }
    expect((await choosing)[1]?.packages.map(({ name }) => name)).toContain('nano');
  },
  LIMIT_MS,
);

it(
  'says that it waits for another build that replaces the indexes, and takes what that brought',
  async () => {
    await resolve(BASE);
    const updated = join(await indexFolder(), 'index/updated');
    const { letGo } = await lockHeld();
    try {
      await refreshed(() => void writeFile(updated, 'by another').then(letGo));
    } finally {
      letGo();
    }
    expect(log.text).toContain('Waiting for another build that uses these package indexes\n');
    expect(log.text).not.toMatch(/^(Hit|Get|Ign):/m);
    await refreshed(() => undefined);
    expect(log.text).toMatch(/^(Hit|Get|Ign):/m);
  },
  LIMIT_MS,
);

it('knows the state of indexes of which one is replaced while they are read', async () => {
  const lists = await folder('lists');
  const [list, away] = [join(lists, 'a_InRelease'), join(lists, 'away')];
  await writeFile(list, 'a');
  const state = await indexState(lists);
  await rename(list, away);
  const without = await indexState(lists);
  let isOver = false;
  const replacing = (async () => {
    for (let count = 0; count < 500; count += 1) {
      await rename(away, list);
      await rename(list, away);
      if (count % 5 === 0) await setTimeout(1);
    }
    isOver = true;
  })();
  const seen = new Set<string>();
  while (!isOver) seen.add(await indexState(lists).catch(String));
  await replacing;
  expect([...seen].filter((it) => it !== state && it !== without)).toStrictEqual([]);
  await symlink(away, list);
  await expect(indexState(lists)).rejects.toMatchObject({ code: 'PACKAGE_FAILED', retryable: false });
});
