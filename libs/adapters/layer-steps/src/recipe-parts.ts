import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerRecipe } from '@gild/contracts';
import type { WorkContext } from '@gild/ports';
import { readableFolder, sayingWhenFull } from './cache-files.js';
import type { LayerTree } from './image-run.js';
import { placeFiles, placeSources } from './place-files.js';
import { fetchDownloads } from './recipe-downloads.js';
import type { StepWork } from './step-work.js';

/** Runs `work` in a folder of its own, which is gone afterwards: several calls of a build share the build's. */
export const inOwnFolder = async <T>(
  what: string,
  context: WorkContext,
  work: (own: WorkContext) => Promise<T>,
): Promise<T> => {
  const workDir = await mkdtemp(join(context.workDir, 'toolchain-'));
  await chmod(workDir, 0o755);
  try {
    return await sayingWhenFull(what, () => work({ ...context, workDir }));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
};

/** With no parent an empty folder stands below, so that the layer is an overlay's upper folder like any other. */
export const parentsOf = async (
  { context }: StepWork,
  lower: readonly string[],
): Promise<readonly string[]> =>
  lower.length > 0 ? lower : [await readableFolder(join(context.workDir, 'nothing'))];

/** The recipe's downloads, then its files. */
export const applyFiles = async (work: StepWork, tree: LayerTree, recipe: LayerRecipe): Promise<void> => {
  if (recipe.downloads.length > 0) {
    const folder = await fetchDownloads(recipe, work);
    await placeSources(work, { tree, folder, files: recipe.downloads });
  }
  await placeFiles(work, { tree, name: 'files', files: recipe.files });
};
