import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ownerName } from '@gild/leftovers';
import { linuxSandbox } from '@gild/sandbox-linux';
import { hourlyShrinking, shrinkCache } from './shrink-cache.js';
import { fakeClock } from '@gild/testing';

const HOUR = 3_600_000;
const sandbox = linuxSandbox();
let cacheDir: string;
let nowMs: number;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'gild-packages-'));
  nowMs = Date.now();
});
afterEach(() => rm(cacheDir, { recursive: true }));

const kept = async (path: string, hoursAgo: number, bytes = 1000) => {
  await mkdir(dirname(join(cacheDir, path)), { recursive: true });
  await writeFile(join(cacheDir, path), Buffer.alloc(bytes));
  const at = new Date(nowMs - hoursAgo * HOUR);
  await utimes(join(cacheDir, path), at, at);
};

const there = async (...folders: string[]) =>
  (await Promise.all(folders.map((folder) => readdir(join(cacheDir, folder))))).map((names) => names.sort());

const shrink = (limitBytes: number) => shrinkCache({ cacheDir, limitBytes, nowMs, sandbox });

it('lets the packages and downloads go that were not used for longest, with what was read from them', async () => {
  await kept('debian/archives/old.deb', 100);
  await kept('debian/archives/old.deb.control', 1);
  await kept('debian/archives/newer.deb', 50);
  await kept('downloads/newest', 30);
  await kept('downloads/oldest', 101);
  await shrink(2500);
  expect(await there('debian/archives', 'downloads')).toStrictEqual([['newer.deb'], ['newest']]);
});

it('keeps what a build may be using, however much it is', async () => {
  await kept('debian/archives/now.deb', 1);
  await kept('downloads/now', 23);
  await shrink(0);
  expect(await there('debian/archives', 'downloads')).toStrictEqual([['now.deb'], ['now']]);
});

it('removes what was never finished by writers that are gone', async () => {
  const [namespace, pid] = (await ownerName('x')).split('-');
  const mine = await ownerName('being-written');
  await kept('debian/archives/a.deb', 0);
  await kept('debian/archives/a.deb.xY12ab', 2);
  await kept('debian/archives/b.deb.xY12ab', 0);
  await kept(`downloads/${namespace}-${pid}-1-gone`, 0);
  await kept(`downloads/${mine}`, 0);
  await kept(`debian/resolutions/${namespace}-${pid}-1-gone`, 0);
  await shrink(1e9);
  expect(await there('debian/archives', 'downloads', 'debian/resolutions')).toStrictEqual([
    ['a.deb', 'b.deb.xY12ab'],
    [mine],
    [],
  ]);
});

it('removes indexes and resolutions nobody asked for in a month', async () => {
  await kept('debian/resolutions/old.json', 31 * 24);
  await kept('debian/resolutions/new.json', 1);
  await kept('debian/indexes/old/lists/x', 1);
  await kept('debian/indexes/old/refreshed', 31 * 24);
  await kept('debian/indexes/new/refreshed', 1);
  await shrink(1e9);
  expect(await there('debian/resolutions', 'debian/indexes')).toStrictEqual([['new.json'], ['new']]);
});

it('is done by the first call of every hour, and takes a cache that is not there for an empty one', async () => {
  const clock = fakeClock(new Date(nowMs).toISOString());
  const shrinking = hourlyShrinking({ clock, sandbox, packageCacheBytes: 0 });
  await shrinking(join(cacheDir, 'absent'));
  await kept('downloads/old', 100);
  await shrinking(cacheDir);
  expect(await there('downloads')).toStrictEqual([['old']]);
  await clock.advance(HOUR);
  await shrinking(cacheDir);
  expect(await there('downloads')).toStrictEqual([[]]);
});
