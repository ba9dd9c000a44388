import type { LayerRecipe } from '@gild/contracts';

const LISTS = ['seeds', 'downloads', 'files', 'scripts', 'enable', 'disable'] as const;

/** True when the recipe changes nothing but packages, and so nothing at all where all of them are there already. */
export const onlyInstalls = (recipe: LayerRecipe): boolean =>
  recipe.kind === 'change' &&
  recipe.repositories.length === 0 &&
  LISTS.every((list) => recipe[list].length === 0);

/** True when building the recipe would change nothing, whatever the repositories hold. */
export const isEmpty = (recipe: LayerRecipe): boolean =>
  recipe.kind === 'change' &&
  !recipe.upgrade &&
  (['packages', ...LISTS] as const).every((list) => recipe[list].length === 0);
