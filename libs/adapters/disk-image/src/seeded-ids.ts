import { createHash } from 'node:crypto';

/** A UUID derived from the seed: equal seeds and purposes give equal ids. Marked as version 8 (custom). */
export const seededUuid = (seed: string, purpose: string): string => {
  const bytes = createHash('sha256').update(`${seed}\n${purpose}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/** 32 bits derived from the seed, as 8 hex digits: FAT volume ids and VMDK content ids. */
export const seededWord = (seed: string, purpose: string): string =>
  createHash('sha256').update(`${seed}\n${purpose}`).digest('hex').slice(0, 8);
