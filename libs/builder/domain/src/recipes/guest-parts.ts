import type { RecipeFile } from '@gild/contracts';

/** The parts of the base layer that every image has. */
export type GuestRecipe = {
  packages: readonly string[];
  files: readonly RecipeFile[];
  enable: readonly string[];
  disable: readonly string[];
};

/** What every image needs for its first boot and its boot test, whatever it is for. */
export type GuestParts = {
  /** A pure function of the architecture. */
  recipe: (arch: 'x86_64' | 'aarch64') => GuestRecipe;
};
