import { createHash } from 'node:crypto';
import { objectKeys } from '@gild/contracts';
import type { WantedImage } from '../wanted-image.js';

export const PIECE_BYTES = 65_536;
const PIECES = 6;

/** The bytes of an image by its number: the same in every process. */
export const imageBytes = (number: number): Uint8Array => {
  const bytes = new Uint8Array(PIECES * PIECE_BYTES);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (number * 17 + at + (at >> 8)) % 256;
  return bytes;
};

export const wantedImage = (number: number): WantedImage => {
  const bytes = imageBytes(number);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    ...{ imageName: `image-${number}`, version: '1.0.0', arch: 'x86_64', format: 'qcow2' },
    object: { key: objectKeys.artifact(sha256, '.qcow2'), sha256, sizeBytes: bytes.length },
    ...{ ttlDays: 30, cacheEnabled: true },
  };
};
