import { readFile } from 'node:fs/promises';
import type { LayerRecipe } from '@gild/contracts';
import { markUsed } from './cache-files.js';

/** What of a recipe decides its packages; `packages` are all that are asked for. */
export const packageRequest = (recipe: LayerRecipe, packages: readonly string[]) => ({
  kind: recipe.kind,
  repositories: recipe.repositories,
  upgrade: recipe.upgrade,
  packages,
  replaces: recipe.replaces,
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A resolution that was kept, of which `whole` says what it is; anything else counts as none. */
export const readKept = async <Resolution>(
  path: string,
  nowMs: number,
  whole: (kept: Partial<Resolution>) => Resolution | undefined,
): Promise<Resolution | undefined> => {
  const kept = parsed(await readFile(path, 'utf8').catch(() => '')) as Partial<Resolution> | null | undefined;
  const resolution = whole(kept ?? {});
  if (resolution !== undefined) await markUsed(path, nowMs);
  return resolution;
};
