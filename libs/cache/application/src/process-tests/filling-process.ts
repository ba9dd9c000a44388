/**
 * A process of its own that fills a host's cache from a directory of objects. Arguments: what to do, the folder of the cache,
 * the folder of the store, the number of the image. Tells on standard output, one line each, what came of it.
 */
import { readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { directoryHostCache } from '@gild/host-cache-directory';
import { systemClock } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import { faultCode, type ObjectStore } from '@gild/ports';
import { openHostCache } from '../host-cache.js';
import type { ImageSource } from '../host-cache-deps.js';
import { PIECE_BYTES, wantedImage } from './wanted-image.js';

const [task = '', root = '', store = '', numbers = '1'] = process.argv.slice(2);
const tell = (...words: readonly unknown[]): void => void writeSync(1, `${words.join(' ')}\n`);

let bytesRead = 0;
const counting = (source: ObjectStore): ImageSource => ({
  head: source.head,
  readRange: async function* (key, start, end) {
    for await (const piece of source.readRange(key, start, end)) {
      bytesRead += piece.length;
      yield piece;
    }
  },
});

const open = (source: ImageSource, pieceBytes = PIECE_BYTES) =>
  openHostCache({
    ...{ host: 'kvm-1', clock: systemClock, random: () => 0, pieceBytes, ranges: 2 },
    folder: directoryHostCache({ root, clock: systemClock }),
    source,
    policy: async () => ({
      ...{ maxCacheSizeGb: 50, minDiskFreePercent: 5, autoCleanupExpired: true, cacheEnabled: true },
    }),
    running: async () => [],
    announce: async ({ type }) => tell('announced', type),
  });

const pull = async (): Promise<void> => {
  const cache = await open(counting(directoryObjectStore(store)));
  const pulled = await cache.pull(wantedImage(Number(numbers)));
  tell('pulled', pulled.filled ? 'filled' : 'found', bytesRead);
};

/** An endless supply of zeros, of which nothing is kept here: what a process reads of it is in no one's memory. */
const zeros: ImageSource = {
  head: async () => ({ sizeBytes: ZEROS }),
  readRange: async function* (_, start, end) {
    const piece = new Uint8Array(262_144);
    for (let at = start; at < end; at += piece.length)
      yield await Promise.resolve(piece.subarray(0, Math.min(piece.length, end - at)));
  },
};
const ZEROS = 512 * 1024 * 1024;

const pullLarge = async (): Promise<void> => {
  const cache = await open(zeros, 16 * 2 ** 20);
  const small = process.memoryUsage().rss;
  let most = small;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  const object = { key: 'images/zeros.raw', sizeBytes: ZEROS, sha256: numbers };
  const image = { ...wantedImage(1), imageName: 'large', format: 'raw', object } as const;
  tell('pulled', (await cache.pull(image)).filled ? 'filled' : 'found');
  await (await cache.open(numbers))?.release();
  clearInterval(watch);
  tell('grown', Math.round((most - small) / 2 ** 20));
};

/** The first image fits; the second would, but for what somebody else puts on the disk meanwhile. */
const fill = async (): Promise<void> => {
  const ballast = join(root, '../ballast');
  const source = directoryObjectStore(store);
  let isFilled = false;
  const crowded: ImageSource = {
    head: source.head,
    readRange: (key, start, end) => {
      if (start > 0 && !isFilled && key === wantedImage(2).object.key) {
        isFilled = true;
        for (let part = 0; ; part += 1) if (!crowd(`${ballast}${part}`)) break;
      }
      return source.readRange(key, start, end);
    },
  };
  const cache = await open(crowded);
  await cache.pull(wantedImage(1), 'vm-1');
  const outcome = await cache.pull(wantedImage(2)).then(() => 'pulled', faultCode);
  tell('second', outcome);
  tell('partial', readdirSync(join(root, 'partial')).length);
  tell('first', (await cache.open(wantedImage(1)))?.image.imageName);
  for (const name of readdirSync(join(root, '..')))
    if (name.startsWith('ballast')) rmSync(join(root, '..', name));
  tell('again', (await cache.pull(wantedImage(2))).filled);
};

/** Puts a page on the disk; false when it is full. */
const crowd = (path: string): boolean => {
  try {
    writeFileSync(path, new Uint8Array(4096));
    return true;
  } catch {
    return false;
  }
};

const tasks: Record<string, () => Promise<void>> = { pull, large: pullLarge, fill };
await tasks[task]?.();
