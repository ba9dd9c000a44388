import type { LayerRecipe } from './layer-recipe.js';

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
