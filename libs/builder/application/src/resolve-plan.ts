import {
  type ActionStep,
  type BaseStep,
  type LayerComponents,
  layerKey,
  type LayerStep,
  onlyInstalls,
  type Miss,
  missReason,
  planSteps,
} from '@gild/builder-domain';
import type { ExtraRepository, ResolvedLayer, Target } from '@gild/contracts';
import type { CachedLayer, WorkContext } from '@gild/ports';
import { baseKey, installedBase, missingOfBase } from './base-image.js';
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
  const tools = await deps.toolchain.versions();
  const resolvedSteps: ResolvedStep[] = [];
  const repositories: ExtraRepository[] = [...(base?.repositories ?? [])];
  let parent: LayerComponents['parent'];
  for (const step of steps) {
    if (step.kind === 'action') {
      resolvedSteps.push(step);
      continue;
    }
    if (step.kind === 'base') {
      const key = baseKey(step.base, deps.sha256);
      parent = { step: step.name, key };
      resolvedSteps.push({ ...step, key, missReason: await missingOfBase(step.base, deps.layers) });
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
  const empty = onlyInstalls(step.recipe) && layer.packages.length === 0;
  const idle = step.skipped || empty;
  const cached = idle || !useCache ? undefined : await deps.layers.find(key);
  const miss = idle || cached !== undefined ? undefined : await whyMissed(components, useCache, deps);
  return { ...step, resolved: layer, empty, key, components, cached, miss };
};

const whyMissed = async (components: LayerComponents, useCache: boolean, deps: BuilderDeps): Promise<Miss> =>
  useCache
    ? missReason(components, await deps.layers.ofStep(components.recipe.name))
    : { missReason: 'the cache is not used' };

const targetOf = ({ definition, arch }: LoadedInputs): Target => ({
  distribution: definition.base_os,
  release: definition.os_version,
  arch,
});
