import type { LayerRecipe, ResolvedLayer } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';

/**
 * Everything that goes into a layer. The packages carry the digests the repositories' indexes give them, so that a
 * repository that moved on without touching these packages still gives the same key.
 */
export type LayerComponents = {
  engine: number;
  arch: string;
  release: string;
  /** The layer below; absent for the first. */
  parent?: { step: string; key: string };
  recipe: LayerRecipe;
  packages: ResolvedLayer['packages'];
  tools: Readonly<Record<string, string>>;
};

/** sha256 of the canonical JSON of the components: equal inputs, equal key; any difference, another key. */
export const layerKey = (components: LayerComponents, sha256: (text: string) => string): string =>
  sha256(canonicalJson(components));
