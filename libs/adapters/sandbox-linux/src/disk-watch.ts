import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cap, type Caps } from './caps.js';

/** What trees take, in bytes and inodes. */
export type TreeSize = { bytes: number; files: number };

export type DiskWatched = {
  /** A folder on the file system of the trees. */
  parent: string;
  caps: Caps;
  /** Measures the trees, which takes as long as they are large. */
  measure: () => Promise<TreeSize>;
  signal: AbortSignal;
};

const LOOK_EVERY_MS = 250;
/** Others may free room while a run takes it, so what the file system lost says not everything. */
const MEASURE_EVERY_MS = 60_000;
/** A measuring that took long is not repeated at once: the host has other things to do. */
const PAUSE_TIMES = 5;

type Room = { bytes: number; files: number };

const roomAt = async (path: string): Promise<Room> => {
  const { bfree, bsize, ffree } = await statfs(path);
  return { bytes: bfree * bsize, files: ffree };
};

/** Some file systems count no inodes, and have none free at any time: there only measuring tells. */
const mayExceed = (start: Room, now: Room, caps: Caps): boolean =>
  start.bytes - now.bytes > caps.diskBytes || start.files - now.files > caps.files;

const excessOf = ({ bytes, files }: TreeSize, caps: Caps): { cap: Cap; found: number } | undefined => {
  if (bytes > caps.diskBytes) return { cap: 'disk', found: bytes };
  return files > caps.files ? { cap: 'files', found: files } : undefined;
};

/**
 * Resolves with what trees have too much of, once they have, or with undefined when the signal aborts. Looks at what the whole file
 * system lost, which costs nothing, and measures the trees only when that is more than they may take, and once a minute.
 */
export const diskExcess = async ({
  parent,
  caps,
  measure,
  signal,
}: DiskWatched): Promise<{ cap: Cap; found: number } | undefined> => {
  const start = await roomAt(parent);
  let nextMs = 0;
  let measuredMs = performance.now();
  while (!signal.aborted) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    const nowMs = performance.now();
    const isDue = nowMs - measuredMs >= MEASURE_EVERY_MS || mayExceed(start, await roomAt(parent), caps);
    if (signal.aborted || !isDue || nowMs < nextMs) continue;
    const excess = excessOf(await measure(), caps);
    if (excess !== undefined) return excess;
    measuredMs = performance.now();
    nextMs = measuredMs + (measuredMs - nowMs) * PAUSE_TIMES;
  }
  return undefined;
};
