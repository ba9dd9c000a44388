import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftover } from '@gild/leftovers';
import type { Sandbox } from '@gild/ports';
import { systemCode } from '@gild/node-runtime';
import type { StepOptions } from './step-work.js';

const LIMIT_BYTES = 20 * 2 ** 30;
const HOUR_MS = 3_600_000;
/** A build may use what was looked up for it this long ago. */
const IN_USE_MS = 24 * HOUR_MS;
/** Indexes and resolutions are worth little once a repository published something else. */
const OUTDATED_MS = 30 * 24 * HOUR_MS;
/** A program of the host that was killed left it; none works this long on one file. */
const PART_MS = HOUR_MS;
const PART = /\.(?:deb|rpm)\.[A-Za-z0-9]{6}$/;

type Found = { path: string; bytes: number; usedAtMs: number };
type Shrinking = { cacheDir: string; limitBytes: number; nowMs: number; sandbox: Sandbox };

/** What is there; others may be at work on the same folder. */
const ifThere = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return undefined;
    throw error;
  }
};

const listed = async (folder: string): Promise<Found[]> => {
  const names = (await ifThere(readdir(folder))) ?? [];
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const status = await ifThere(stat(path));
      return status ? [{ path, bytes: status.size, usedAtMs: status.mtimeMs }] : [];
    }),
  );
  return found.flat();
};

const nameOf = ({ path }: Found): string => path.slice(path.lastIndexOf('/') + 1);

/** Removes what writers that are gone left half-written, and gives the rest. */
const whole = async (found: readonly Found[], nowMs: number): Promise<Found[]> => {
  const kept: Found[] = [];
  for (const one of found) {
    const isPart = PART.test(one.path) && nowMs - one.usedAtMs > PART_MS;
    if (isPart || (await isLeftover(nameOf(one), one.path))) await rm(one.path, { force: true });
    else kept.push(one);
  }
  return kept;
};

const shrinkFiles = async (files: readonly Found[], { limitBytes, nowMs }: Shrinking): Promise<void> => {
  let total = 0;
  for (const { path, bytes, usedAtMs } of files.toSorted((a, b) => b.usedAtMs - a.usedAtMs)) {
    total += bytes;
    if (total <= limitBytes || nowMs - usedAtMs <= IN_USE_MS) continue;
    await rm(path, { force: true });
    await rm(`${path}.control`, { force: true });
  }
};

/** The stamp of an index folder is written at every refresh. */
const removeOutdated = async (home: string, { nowMs, sandbox }: Shrinking): Promise<void> => {
  for (const { path, usedAtMs } of await whole(await listed(join(home, 'resolutions')), nowMs)) {
    if (nowMs - usedAtMs > OUTDATED_MS) await rm(path, { force: true });
  }
  for (const { path, usedAtMs } of await listed(join(home, 'indexes'))) {
    const refreshed = (await ifThere(stat(join(path, 'refreshed'))))?.mtimeMs ?? usedAtMs;
    if (nowMs - refreshed > OUTDATED_MS) await sandbox.remove(path);
  }
};

/**
 * Keeps packages and downloads within a limit, those not used for longest going first, and lets go of indexes and
 * resolutions that are outdated and of what was never finished.
 */
export const shrinkCache = async (shrinking: Shrinking): Promise<void> => {
  const { cacheDir, nowMs } = shrinking;
  const homes = (await listed(cacheDir)).filter((found) => nameOf(found) !== 'downloads');
  const folders = [join(cacheDir, 'downloads'), ...homes.map(({ path }) => join(path, 'archives'))];
  const files: Found[] = [];
  for (const folder of folders) files.push(...(await whole(await listed(folder), nowMs)));
  await shrinkFiles(
    files.filter(({ path }) => !/\.control$|\/(?:lock|partial)$/.test(path)),
    shrinking,
  );
  for (const { path } of homes) await removeOutdated(path, shrinking);
};

/** Has the cache shrunk by the first call of every hour. */
export const hourlyShrinking = ({
  clock,
  sandbox,
  packageCacheBytes = LIMIT_BYTES,
}: StepOptions & { packageCacheBytes?: number }) => {
  let due = clock.monotonicMs();
  return async (cacheDir: string): Promise<void> => {
    if (clock.monotonicMs() < due) return;
    due = clock.monotonicMs() + HOUR_MS;
    await shrinkCache({ cacheDir, limitBytes: packageCacheBytes, nowMs: Date.parse(clock.now()), sandbox });
  };
};
