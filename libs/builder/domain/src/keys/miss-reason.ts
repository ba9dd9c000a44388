import { canonicalJson } from '@gild/kernel';
import { isLayerComponents } from './is-layer-components.js';
import type { LayerComponents } from './layer-key.js';
import { recipeDifferences } from './recipe-differences.js';

const SHOWN = 3;

/**
 * Why no cached layer can be used, in words: what differs from the nearest layer cached for the same step. A
 * difference in the layer below is named only when nothing of the step itself differs. Cached layers of a shape that this
 * release does not know are passed over.
 */
export const missReason = (wanted: LayerComponents, cached: readonly unknown[]): string => {
  const candidates = cached
    .filter(isLayerComponents)
    .filter(({ recipe }) => recipe.name === wanted.recipe.name)
    .map((candidate) => differences(wanted, candidate))
    .sort((a, b) => a.length - b.length);
  const nearest = candidates[0];
  if (nearest === undefined) return 'first build of this step here';
  if (nearest.length === 0) return 'the cached layer is gone';
  const more = nearest.length > SHOWN ? `; and ${nearest.length - SHOWN} more` : '';
  return nearest.slice(0, SHOWN).join('; ') + more;
};

const differences = (wanted: LayerComponents, cached: LayerComponents): readonly string[] => {
  const own = [
    ...simple('engine', String(cached.engine), String(wanted.engine)),
    ...simple('architecture', cached.arch, wanted.arch),
    ...simple('release', cached.release, wanted.release),
    ...packageDifferences(wanted, cached),
    ...recipeDifferences(wanted.recipe, cached.recipe),
    ...versionDifferences('tool', cached.tools, wanted.tools),
  ];
  if (own.length > 0 || wanted.parent?.key === cached.parent?.key) return own;
  return [`the layer below differs${wanted.parent === undefined ? '' : `: ${wanted.parent.step}`}`];
};

const simple = (what: string, was: string, is: string): string[] =>
  was === is ? [] : [`${what} ${was} → ${is}`];

/** The name alone where it says enough: two architectures of one package are rare. */
const packageVersions = ({ packages }: LayerComponents): Readonly<Record<string, string>> => {
  const twice = (name: string) => packages.filter((each) => each.name === name).length > 1;
  return Object.fromEntries(
    packages.map(({ name, arch, version }) => [twice(name) ? `${name}:${arch}` : name, version]),
  );
};

const packageDifferences = (wanted: LayerComponents, cached: LayerComponents): string[] => {
  const named = versionDifferences('package', packageVersions(cached), packageVersions(wanted));
  if (named.length > 0 || canonicalJson(cached.packages) === canonicalJson(wanted.packages)) return named;
  const rebuilt = wanted.packages.find(
    (each) => !cached.packages.some((other) => canonicalJson(other) === canonicalJson(each)),
  );
  return [`package ${rebuilt?.name ?? ''} has other bytes under the same version`];
};

type Versions = Readonly<Record<string, string>>;

const versionDifferences = (what: string, was: Versions, is: Versions): string[] => [
  ...Object.entries(is).flatMap(([name, version]) => {
    const before = was[name];
    if (before === undefined) return [`${what} ${name} ${version} is new`];
    return before === version ? [] : [`${what} ${name} ${before} → ${version}`];
  }),
  ...Object.keys(was)
    .filter((name) => !(name in is))
    .map((name) => `${what} ${name} is gone`),
];
