import { stat } from 'node:fs/promises';
import { digestFile, ifPresent } from '@gild/node-runtime';
import type { MeasuredFile } from '@gild/ports';

/** Which file lies there now, so that another one in its place is told from it. */
export const fileAt = async (path: string): Promise<string | undefined> => {
  const found = await ifPresent(stat(path, { bigint: true }));
  return found && [found.dev, found.ino, found.mtimeNs].join(':');
};

/** In doubt it is. */
export const isFileThere = async (path: string): Promise<boolean> =>
  (await ifPresent(stat(path)).catch(() => true)) !== undefined;

export const measureFile = async (path: string, signal?: AbortSignal): Promise<MeasuredFile | undefined> => {
  const file = await fileAt(path);
  if (file === undefined) return undefined;
  const digest = await ifPresent(digestFile(path, signal));
  return digest && { ...digest, file };
};
