import { chmod } from 'node:fs/promises';
import type { ExtraRepository, ResolvedPackage, Target } from '@gild/contracts';
import type { Toolchain } from '@gild/ports';
import type { LayerTree } from './image-run.js';
import { normalise } from './normalise.js';
import { fetchDownloads } from './recipe-downloads.js';
import { applyFiles, inOwnFolder, parentsOf } from './recipe-parts.js';
import { runScripts } from './run-scripts.js';
import type { StepOptions, StepWork } from './step-work.js';

export type BuiltLayer = Parameters<Toolchain['build']>[0];
export type FetchedLayer = Parameters<Toolchain['fetch']>[0];

/** The packages of a layer, and the repositories they may come from. */
export type WantedPackages = {
  target: Target;
  repositories: readonly ExtraRepository[];
  packages: readonly ResolvedPackage[];
};

export const wantedPackages = ({
  target,
  recipe,
  resolved,
  repositoriesBelow,
}: FetchedLayer): WantedPackages => ({
  target,
  repositories: [...repositoriesBelow, ...recipe.repositories],
  packages: resolved.packages,
});

/** What a family does its own way when it makes a layer. */
export type LayerFamily<Options extends StepOptions> = {
  /** What the programs of the family are told besides. */
  env: Readonly<Record<string, string>>;
  /**
   * Fetches what the layer installs. Nothing of the layer is newer than `epoch`; `install` does everything of the recipe up to
   * its packages.
   */
  packages(
    work: StepWork<Options>,
    layer: BuiltLayer,
  ): Promise<{ epoch: number; install(tree: LayerTree): Promise<void> }>;
  /** What is left to do once the scripts have run. */
  settle?(work: StepWork<Options>, tree: LayerTree): Promise<void>;
  /** The Perl that takes out what differs between two builds. */
  normalisation: string;
};

/** Step by step in the order of the recipe's members. */
const applyRecipe = async <Options extends StepOptions>(
  family: LayerFamily<Options>,
  work: StepWork<Options>,
  layer: BuiltLayer,
): Promise<void> => {
  const { target, recipe, upper } = layer;
  const { epoch, install } = await family.packages(work, layer);
  const lower = await parentsOf(work, layer.lower);
  const tree: LayerTree = { lower, upper, epoch, arch: target.arch, env: family.env };
  await install(tree);
  await applyFiles(work, tree, recipe);
  await runScripts(work, tree, recipe);
  await family.settle?.(work, tree);
  await normalise(work, tree, family.normalisation);
};

/** Makes one layer the way of the family. */
export const layerMaker =
  <Options extends StepOptions>(options: Options, family: LayerFamily<Options>): Toolchain['build'] =>
  async (layer, context) => {
    await chmod(layer.upper, 0o755);
    await inOwnFolder(`Layer ${layer.recipe.name}`, context, (own) =>
      applyRecipe(family, { options, context: own }, layer),
    );
  };

/** Fills the cache with what a layer is made of; all of it is checked as it is for the layer itself. */
export const layerFetcher =
  <Options extends StepOptions>(
    options: Options,
    fetchPackages: (work: StepWork<Options>, layer: FetchedLayer) => Promise<unknown>,
  ): Toolchain['fetch'] =>
  async (layer, context) =>
    inOwnFolder(`Fetching for layer ${layer.recipe.name}`, context, async (own) => {
      const work = { options, context: own };
      await fetchPackages(work, layer);
      await fetchDownloads(layer.recipe, work);
    });
