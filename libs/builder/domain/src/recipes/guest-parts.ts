import type { RecipeFile, Target } from '@gild/contracts';

/** The parts of the base layer that every image has, besides its packages. */
export type GuestRecipe = {
  files: readonly RecipeFile[];
  enable: readonly string[];
  disable: readonly string[];
};

/** What every image needs for its first boot and its boot test, whatever it is for. */
export type GuestParts = {
  /** A pure function of the target. */
  recipe: (target: Target) => GuestRecipe;
};
