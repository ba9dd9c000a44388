import { readFile } from 'node:fs/promises';
import { ifPresent } from '@gild/node-runtime';
import type { z } from 'zod';

/** What a file says: undefined when there is none, `damaged` when nobody can read it. */
export const readJson = async <S extends z.ZodType>(
  path: string,
  schema: S,
): Promise<z.output<S> | 'damaged' | undefined> => {
  const text = await ifPresent(readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return 'damaged';
  }
};
