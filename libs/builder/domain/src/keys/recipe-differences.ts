import type { LayerRecipe } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';

const WORDS = {
  repositories: 'repository',
  seeds: 'file',
  downloads: 'download',
  files: 'file',
  scripts: 'script',
} as const;

type Part = keyof typeof WORDS;
type Piece = { name?: string; path?: string };

/** What a piece of a recipe is called in a sentence. */
const label = (part: Part, { path, name }: Piece): string => `${WORDS[part]} ${path ?? name ?? ''}`.trim();

const labelled = (recipe: LayerRecipe, part: Part): ReadonlyMap<string, string> =>
  new Map(recipe[part].map((piece) => [label(part, piece), canonicalJson(piece)]));

const pieceDifferences = (part: Part, wanted: LayerRecipe, cached: LayerRecipe): string[] => {
  const [is, was] = [labelled(wanted, part), labelled(cached, part)];
  const changed = [...is].flatMap(([name, text]) => {
    if (!was.has(name)) return [`${name} is new`];
    return was.get(name) === text ? [] : [`${name} changed`];
  });
  const gone = [...was.keys()].filter((name) => !is.has(name)).map((name) => `${name} is gone`);
  const found = [...changed, ...gone];
  return found.length > 0 || same(wanted[part], cached[part]) ? found : [`the order of its ${part} changed`];
};

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

const listDifferences = (what: string, is: readonly string[], was: readonly string[]): string[] => {
  const added = is.filter((name) => !was.includes(name)).map((name) => `${what} ${name} is new`);
  const gone = was.filter((name) => !is.includes(name)).map((name) => `${what} ${name} is gone`);
  const found = [...added, ...gone];
  return found.length > 0 || same(is, was) ? found : [`the order of each ${what} changed`];
};

const otherDifferences = (wanted: LayerRecipe, cached: LayerRecipe): string[] =>
  (['kind', 'upgrade', 'name'] as const)
    .filter((part) => wanted[part] !== cached[part])
    .map((part) => `its ${part} changed`);

/** What differs between two recipes, a sentence each; empty exactly when they are equal. */
export const recipeDifferences = (wanted: LayerRecipe, cached: LayerRecipe): readonly string[] => [
  ...listDifferences('wanted package', wanted.packages, cached.packages),
  ...listDifferences('replaced package', wanted.replaces ?? [], cached.replaces ?? []),
  ...(Object.keys(WORDS) as Part[]).flatMap((part) => pieceDifferences(part, wanted, cached)),
  ...listDifferences('enabled unit', wanted.enable, cached.enable),
  ...listDifferences('disabled unit', wanted.disable, cached.disable),
  ...otherDifferences(wanted, cached),
];
