import {
  type ActionStep,
  type BaseStep,
  type LayerComponents,
  layerKey,
  type LayerStep,
  onlyInstalls,
  type PlanStep,
  type Miss,
  missReason,
  planSteps,
} from '@gild/builder-domain';
import type { ExtraRepository, ResolvedLayer, Target } from '@gild/contracts';
import type { CachedLayer, WorkContext } from '@gild/ports';
import { baseKey, installedBase, missingOfBase, repositoriesOf } from './base-image.js';
import type { BuilderDeps } from './builder-deps.js';
import type { LoadedInputs } from './load-inputs.js';

/** A layer step with what its repositories hold now, its key, and the cached layer of that key. */
export type ResolvedLayerStep = LayerStep & {
  resolved: ResolvedLayer;
  /** What the recipes below bring; its packages may come from there. */
  repositoriesBelow: readonly ExtraRepository[];
  /** Nothing to do: the layer would be empty. */
  empty: boolean;
  key: string;
  components: LayerComponents;
  cached: CachedLayer | undefined;
  miss: Miss | undefined;
};
/** `key` stands for all layers of the base; `missReason` says which of them have to be fetched. */
export type ResolvedBaseStep = BaseStep & { key: string; missReason: string | undefined };
export type ResolvedStep = ResolvedBaseStep | ResolvedLayerStep | ActionStep;

export type PlanOptions = { useCache: boolean; bootTest: boolean };

/** Asks the repositories what each layer would install, computes the keys and looks them up. */
export const resolvePlan = async (
  inputs: LoadedInputs,
  { useCache, bootTest }: PlanOptions,
  { deps, work }: { deps: BuilderDeps; work: WorkContext },
): Promise<{ target: Target; steps: readonly ResolvedStep[] }> => {
  const steps = planSteps(inputs, deps.guest, { bootTest });
  const wanted = steps.filter((step): step is LayerStep => step.kind === 'layer' && !step.skipped);
  const target = targetOf(inputs);
  const recipes = wanted.map(({ recipe }) => recipe);
  const base = await installedBase(inputs.base, deps.objects);
  const resolved = await deps.toolchain.resolve(target, recipes, { ...work, ...(base && { base }) });
  const found = new Map(wanted.map((step, index) => [step, resolved[index] ?? NO_PACKAGES]));
  const keying = { inputs, target, tools: await deps.toolchain.versions(target), useCache, deps };
  return { target, steps: await keyedSteps(steps, found, keying) };
};

const NO_PACKAGES: ResolvedLayer = { packages: [] };

type Keying = {
  inputs: LoadedInputs;
  target: Target;
  tools: LayerComponents['tools'];
  useCache: boolean;
  deps: BuilderDeps;
};

/** Every step with its key, which follows from the layer below it. */
const keyedSteps = async (
  steps: readonly PlanStep[],
  found: ReadonlyMap<PlanStep, ResolvedLayer>,
  keying: Keying,
): Promise<readonly ResolvedStep[]> => {
  const resolved: ResolvedStep[] = [];
  const repositories = [...repositoriesOf(keying.inputs.base)];
  let parent: LayerComponents['parent'];
  for (const step of steps) {
    if (step.kind === 'action') resolved.push(step);
    else if (step.kind === 'base') {
      const base = await keyedBase(step, keying.deps);
      parent = { step: step.name, key: base.key };
      resolved.push(base);
    } else {
      const layer = found.get(step) ?? NO_PACKAGES;
      const keyed = await keyedLayer(step, { layer, parent }, keying);
      if (!keyed.skipped && !keyed.empty) parent = { step: step.name, key: keyed.key };
      resolved.push({ ...keyed, repositoriesBelow: [...repositories] });
      if (!step.skipped) repositories.push(...step.recipe.repositories);
    }
  }
  return resolved;
};

const keyedBase = async (step: BaseStep, deps: BuilderDeps): Promise<ResolvedBaseStep> => ({
  ...step,
  key: baseKey(step.base, deps.sha256),
  missReason: await missingOfBase(step.base, deps.layers),
});

const keyedLayer = async (
  step: LayerStep,
  { layer, parent }: { layer: ResolvedLayer; parent: LayerComponents['parent'] },
  { inputs, target, tools, useCache, deps }: Keying,
): Promise<Omit<ResolvedLayerStep, 'repositoriesBelow'>> => {
  const components: LayerComponents = {
    engine: inputs.engine,
    arch: inputs.arch,
    release: `${target.distribution} ${target.release}`,
    ...(parent === undefined ? {} : { parent }),
    recipe: step.recipe,
    packages: layer.packages,
    tools,
  };
  const key = layerKey(components, deps.sha256);
  const empty = onlyInstalls(step.recipe) && changesNothing(layer);
  const idle = step.skipped || empty;
  const cached = idle || !useCache ? undefined : await deps.layers.find(key);
  const miss = idle || cached !== undefined ? undefined : await whyMissed(components, useCache, deps);
  return { ...step, resolved: layer, empty, key, components, cached, miss };
};

/** A layer that replaces a package may install nothing: the base, or a layer below, may have its packages already. */
const changesNothing = ({ packages, removed = [] }: ResolvedLayer): boolean =>
  packages.length === 0 && removed.length === 0;

const whyMissed = async (components: LayerComponents, useCache: boolean, deps: BuilderDeps): Promise<Miss> =>
  useCache
    ? missReason(components, await deps.layers.ofStep(components.recipe.name))
    : { missReason: 'the cache is not used' };

const targetOf = ({ definition, arch }: LoadedInputs): Target => ({
  distribution: definition.base_os,
  release: definition.os_version,
  arch,
});
