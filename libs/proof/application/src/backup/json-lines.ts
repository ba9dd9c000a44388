import { canonicalJson } from '@gild/kernel';
import type { StoredObject } from '@gild/contracts';
import type { ObjectStore } from '@gild/ports';
import type { z } from 'zod';
import { jsonOf } from './json-of.js';
import { damagedBackup } from './manifest.js';

/** As UTF-8, each value a line of canonical JSON. */
export const jsonLines = (values: readonly unknown[]): Uint8Array =>
  new TextEncoder().encode(values.map((value) => `${canonicalJson(value)}\n`).join(''));

/** The lines of a page, which is read and checked whole. Fault: BACKUP_DAMAGED. */
export const readLines = async <T>(
  objects: ObjectStore,
  page: StoredObject,
  schema: z.ZodType<T>,
): Promise<T[]> => {
  const text = await wholeText(objects, page);
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const parsed = schema.safeParse(jsonOf(line));
    if (parsed.success) return parsed.data;
    throw damagedBackup(`line ${String(index + 1)} of ${page.key} is not what a backup holds`);
  });
};

const wholeText = async (objects: ObjectStore, page: StoredObject): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const piece of objects.read(page)) text += decoder.decode(piece, { stream: true });
  } catch (error) {
    throw damagedBackup((error as Error).message, error);
  }
  return text + decoder.decode();
};
