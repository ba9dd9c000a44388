import type { NearestLayer } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { isLayerComponents } from './is-layer-components.js';
import type { LayerComponents } from './layer-key.js';
import { recipeDifferences } from './recipe-differences.js';

const SHOWN = 3;

/** Why a layer is missing from the cache, and which cached layer that is told of. */
export type Miss = { missReason: string; nearest?: NearestLayer };

type Cached = { key: string; step: string; components: unknown };

/**
 * Why no cached layer can be used, in words: what differs from the nearest layer cached for the same step, the one used last
 * of several. A difference in the layer below is named only when nothing of the step itself differs. Cached layers of a
 * shape that this release does not know are passed over.
 */
export const missReason = (wanted: LayerComponents, cached: readonly Cached[]): Miss => {
  const candidates = cached
    .flatMap(({ key, step, components }) =>
      isLayerComponents(components) && isOfStep(components, wanted)
        ? [{ nearest: { step, key }, found: differences(wanted, components) }]
        : [],
    )
    .sort((a, b) => a.found.length - b.found.length);
  const [first] = candidates;
  if (first === undefined) return { missReason: 'first build of this step here' };
  const { nearest, found } = first;
  return { missReason: sentence(found), nearest };
};

/** A base system made from nothing and one brought up to date on a base image have their step's name in common, no more. */
const isOfStep = ({ recipe }: LayerComponents, wanted: LayerComponents): boolean =>
  recipe.name === wanted.recipe.name && recipe.kind === wanted.recipe.kind;

const sentence = (found: readonly string[]): string => {
  if (found.length === 0) return 'the cached layer is gone';
  const more = found.length > SHOWN ? `; and ${found.length - SHOWN} more` : '';
  return found.slice(0, SHOWN).join('; ') + more;
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
