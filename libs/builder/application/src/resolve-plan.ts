import {
  type ActionStep,
  type LayerComponents,
  layerKey,
  type LayerStep,
  missReason,
  planSteps,
} from '@gild/builder-domain';
import type { ExtraRepository, ResolvedLayer, Target } from '@gild/contracts';
import type { CachedLayer, WorkContext } from '@gild/ports';
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
  missReason: string | undefined;
};
export type ResolvedStep = ResolvedLayerStep | ActionStep;

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
  const resolved = await deps.toolchain.resolve(target, recipes, work);
  const tools = await deps.toolchain.versions(target);
  const resolvedSteps: ResolvedStep[] = [];
  const repositories: ExtraRepository[] = [];
  let parent: LayerComponents['parent'];
  for (const step of steps) {
    if (step.kind === 'action') {
      resolvedSteps.push(step);
      continue;
    }
    const layer = resolved[wanted.indexOf(step)] ?? { packages: [] };
    const components: LayerComponents = {
      engine: inputs.engine,
      arch: inputs.arch,
      release: `${target.distribution} ${target.release}`,
      ...(parent === undefined ? {} : { parent }),
      recipe: step.recipe,
      packages: layer.packages,
      tools,
    };
    const keyed = await keyedStep(step, { layer, components, useCache, deps });
    if (!keyed.skipped && !keyed.empty) parent = { step: step.name, key: keyed.key };
    resolvedSteps.push({ ...keyed, repositoriesBelow: [...repositories] });
    if (!step.skipped) repositories.push(...step.recipe.repositories);
  }
  return { target, steps: resolvedSteps };
};

type Keying = { layer: ResolvedLayer; components: LayerComponents; useCache: boolean; deps: BuilderDeps };

const keyedStep = async (
  step: LayerStep,
  { layer, components, useCache, deps }: Keying,
): Promise<Omit<ResolvedLayerStep, 'repositoriesBelow'>> => {
  const key = layerKey(components, deps.sha256);
  const empty = onlyUpgrades(step) && layer.packages.length === 0;
  const idle = step.skipped || empty;
  const cached = idle || !useCache ? undefined : await deps.layers.find(key);
  const reason = idle || cached !== undefined ? undefined : await whyMissed(components, useCache, deps);
  return { ...step, resolved: layer, empty, key, components, cached, missReason: reason };
};

const whyMissed = async (
  components: LayerComponents,
  useCache: boolean,
  deps: BuilderDeps,
): Promise<string> => {
  if (!useCache) return 'the cache is not used';
  const cached = await deps.layers.componentsOf(components.recipe.name);
  return missReason(components, cached);
};

const onlyUpgrades = ({ recipe }: LayerStep): boolean => recipe.upgrade && recipe.packages.length === 0;

const targetOf = ({ definition, arch }: LoadedInputs): Target => ({
  distribution: definition.base_os,
  release: definition.os_version,
  arch,
});
