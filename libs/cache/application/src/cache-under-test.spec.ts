import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CacheAnnouncement, objectKeys, type RunningVm } from '@gild/contracts';
import { directoryHostCache } from '@gild/host-cache-directory';
import type { HostCacheFolder } from '@gild/ports';
import { clockOfTheHost, type FakeClock, fakeClock, memoryObjectStore } from '@gild/testing';
import { type HostCache, openHostCache } from './host-cache.js';
import type { HostCacheDeps, HostCachePolicy, ImageSource } from './host-cache-deps.js';
import type { WantedImage } from './wanted-image.js';

export const PIECE = 1000;

/** Bytes in which no two pieces are equal. */
export const bytesOf = (seed: string, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (seed.charCodeAt(0) + at + Math.floor(at / 251)) % 256;
  return bytes;
};

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A store that says what is read of it. */
export type WatchedSource = ImageSource & { ranges: { start: number; end: number }[]; bytes: number };

const watched = (source: ImageSource): WatchedSource => {
  const own: WatchedSource = {
    ranges: [],
    bytes: 0,
    head: source.head,
    readRange: async function* (key, start, end) {
      own.ranges.push({ start, end });
      for await (const piece of source.readRange(key, start, end)) {
        own.bytes += piece.length;
        yield piece;
      }
    },
  };
  return own;
};

export type CacheUnderTest = {
  root: string;
  clock: FakeClock;
  objects: Map<string, Uint8Array>;
  source: WatchedSource;
  folder: HostCacheFolder;
  events: CacheAnnouncement[];
  pauses: number[];
  policy: HostCachePolicy;
  /** Machines on record. */
  running: RunningVm[];
  /** Puts an image into the store. */
  stored: (imageName: string, bytes: Uint8Array, more?: Partial<WantedImage>) => WantedImage;
  deps: () => HostCacheDeps;
  /** A cache on the folder as it is now, as a process that starts has it. */
  open: (more?: Partial<HostCacheDeps>) => Promise<HostCache>;
  destroy: () => Promise<void>;
};

export const cacheUnderTest = async (): Promise<CacheUnderTest> => {
  const dir = await mkdtemp(join(tmpdir(), 'gild-host-cache-'));
  const root = join(dir, 'cache');
  const objects = new Map<string, Uint8Array>();
  const clock = fakeClock(new Date().toISOString());
  const folder = directoryHostCache({ root, clock: clockOfTheHost });
  const test: CacheUnderTest = {
    ...{ root, clock, objects, folder, events: [], pauses: [], running: [] },
    source: watched(memoryObjectStore(objects)),
    policy: { maxCacheSizeGb: 1, minDiskFreePercent: 0, autoCleanupExpired: true, cacheEnabled: true },
    stored: (imageName, bytes, more = {}) => {
      const sha256 = sha256Of(bytes);
      const key = objectKeys.artifact(sha256, '.qcow2');
      objects.set(key, bytes);
      return {
        ...{ imageName, version: '1.0.0', arch: 'x86_64', format: 'qcow2', ttlDays: 30, cacheEnabled: true },
        object: { key, sha256, sizeBytes: bytes.length },
        ...more,
      };
    },
    deps: () => ({
      ...{ host: 'kvm-1', folder, source: test.source, pieceBytes: PIECE, random: () => 0.5 },
      clock: { ...clock, delay: async (ms) => void test.pauses.push(ms) },
      policy: async () => test.policy,
      running: async () => test.running,
      announce: async (event) => void test.events.push(event),
    }),
    open: (more) => openHostCache({ ...test.deps(), ...more }),
    destroy: () => rm(dir, { recursive: true }),
  };
  return test;
};
