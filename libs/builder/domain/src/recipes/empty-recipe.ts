import type { LayerRecipe } from '@gild/contracts';

/** A layer that changes nothing; recipes state what they add. */
export const changeRecipe = (name: string, parts: Partial<LayerRecipe>): LayerRecipe => ({
  name,
  kind: 'change',
  repositories: [],
  upgrade: false,
  packages: [],
  seeds: [],
  downloads: [],
  files: [],
  scripts: [],
  enable: [],
  disable: [],
  ...parts,
});

/** True when building the recipe would change nothing, whatever the repositories hold. */
export const isEmpty = (recipe: LayerRecipe): boolean =>
  recipe.kind === 'change' &&
  !recipe.upgrade &&
  [
    recipe.packages,
    recipe.seeds,
    recipe.downloads,
    recipe.files,
    recipe.scripts,
    recipe.enable,
    recipe.disable,
  ].every((list) => list.length === 0);
