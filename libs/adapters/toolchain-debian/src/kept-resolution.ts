import { readFile } from 'node:fs/promises';
import type { ResolvedPackage } from '@gild/contracts';
import { markUsed } from '@gild/layer-steps';
import type { Stanza } from './stanzas.js';

/** A layer's packages, and their index entries: the package database that later layers are resolved on. */
export type Resolution = {
  packages: readonly ResolvedPackage[];
  removed: readonly string[];
  stanzas: readonly Stanza[];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A resolution that was kept whole; anything else counts as none. */
export const readKept = async (path: string, nowMs: number): Promise<Resolution | undefined> => {
  const kept = parsed(await readFile(path, 'utf8').catch(() => '')) as Partial<Resolution> | null | undefined;
  if (!Array.isArray(kept?.packages) || !Array.isArray(kept.stanzas)) return undefined;
  await markUsed(path, nowMs);
  return { packages: kept.packages, removed: kept.removed ?? [], stanzas: kept.stanzas };
};
