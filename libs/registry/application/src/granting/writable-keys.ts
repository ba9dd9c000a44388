import type { StoredObject } from '@gild/contracts';

type Writing = { jobId: string; attempt: number; object: StoredObject; diskGib: number };

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const LARGEST_LOG_CHUNK = MIB;
const LARGEST_LIST = 256 * MIB;

/** The bytes of a disk of that size in any format, and of what fills it. */
const largestOfDisk = (diskGib: number): number => diskGib * GIB * 1.25 + GIB;

/**
 * How large an object may be that an attempt stores under the key; undefined when it may not. It stores what is named by its digest
 * and the chunks of its own log, and nothing else.
 */
export const writableBytes = ({ jobId, attempt, object, diskGib }: Writing): number | undefined => {
  const { key, sha256 } = object;
  const log = `logs/${jobId}/${String(attempt)}/`;
  if (key.startsWith(log)) return /^\d{6,9}$/.test(key.slice(log.length)) ? LARGEST_LOG_CHUNK : undefined;
  if (key === `packages/${sha256}.json` || key === `package-states/${sha256}`) return LARGEST_LIST;
  if (key === `layers/${sha256}`) return largestOfDisk(diskGib);
  const image = `images/${sha256}`;
  const isImage = key.startsWith(image) && /^(\.raw\.zst|\.[a-z0-9]{1,10})?$/.test(key.slice(image.length));
  return isImage ? largestOfDisk(diskGib) : undefined;
};

const READABLE =
  /^(inputs\/[0-9a-f]{64}\.json|layers\/[0-9a-f]{64}|package-states\/[0-9a-f]{64}|packages\/[0-9a-f]{64}\.json)$/;

/** What an agent may read: what builds are made from. Its digest is in its key, which only those were told who need it. */
export const isReadable = (key: string): boolean => READABLE.test(key);
