import { readFile } from 'node:fs/promises';
import type { ResolvedPackage } from '@gild/contracts';
import { markUsed } from '@gild/layer-steps';

/** A layer's packages, and all there are once it is made: what later layers are resolved on. */
export type Resolution = {
  packages: readonly ResolvedPackage[];
  removed: readonly string[];
  installed: readonly Omit<ResolvedPackage, 'sha256'>[];
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
  if (!Array.isArray(kept?.packages) || !Array.isArray(kept.installed) || !Array.isArray(kept.removed))
    return undefined;
  await markUsed(path, nowMs);
  return { packages: kept.packages, removed: kept.removed, installed: kept.installed };
};
