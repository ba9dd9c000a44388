import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerRecipe, ResolvedPackage, Target } from '@gild/contracts';
import { hourlyShrinking, inOwnFolder, packageRequest, placeDurably, readKept, say } from '@gild/layer-steps';
import type { InstalledBase, Toolchain } from '@gild/ports';
import { dnfWorkspace, INDEX_AGE_MS, type DnfWorkspace } from './dnf-workspace.js';
import { requireHostPrograms } from './host-programs.js';
import { type Resolution, wholeResolution } from './kept-resolution.js';
import { parseState } from './package-state.js';
import { releaseOf } from './releases.js';
import { programDigest } from './repository-program.js';
import type { RpmToolchainOptions, Work } from './toolchain-options.js';

/** What bootstrap installs besides what was asked for. */
const asked = (target: Target, recipe: LayerRecipe): string[] =>
  recipe.kind === 'bootstrap'
    ? [...releaseOf(target).seedPackages, ...recipe.packages]
    : [...recipe.packages];

/** Packages that a layer below wants in one version stay in it. */
const pinned = (below: readonly LayerRecipe[]): string[] =>
  below.flatMap(({ packages }) =>
    packages.filter((one) => one.includes('=')).map((one) => one.slice(0, one.indexOf('='))),
  );

/** What is resolved on: the layers so far, on a base or on nothing. */
type Stack = { layers: readonly LayerRecipe[]; base: InstalledBase | undefined };

/** `state` is that of the repositories; `program` the digest of what chooses from them. */
export const keyOf = (
  { state, program }: { state: string; program: string },
  target: Target,
  { layers, base }: Stack,
): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        state,
        program,
        target,
        layers.map((recipe) => packageRequest(recipe, asked(target, recipe))),
        base,
      ]),
    )
    .digest('hex');

/** The layers up to the wanted one, and what there is once those before it are made. */
type Chain = Stack & { recipe: LayerRecipe; before: Resolution };

const byName = (a: ResolvedPackage, b: ResolvedPackage): number => (a.name < b.name ? -1 : 1);

const resolveLayer = async (dnf: DnfWorkspace, { layers, recipe, before }: Chain): Promise<Resolution> => {
  const upgrade = recipe.upgrade && recipe.kind === 'change';
  const packages = asked(dnf.target, recipe);
  if (packages.length === 0 && !upgrade) return { packages: [], removed: [], installed: before.installed };
  const replaced = (recipe.replaces ?? []).filter((name) =>
    before.installed.some((one) => one.name === name),
  );
  const answer = await dnf.ask<Omit<Resolution, 'removed'>>(`Choosing the packages of layer ${recipe.name}`, {
    action: 'resolve',
    packages,
    upgrade,
    installed: before.installed.filter(({ name }) => !replaced.includes(name)),
    replaced,
    pinned: pinned(layers.slice(0, -1)),
  });
  return {
    packages: answer.packages.toSorted(byName),
    removed: replaced.sort(),
    installed: answer.installed,
  };
};

const resolveChain = async (
  { options, context }: Work,
  dnf: DnfWorkspace,
  chain: Chain,
): Promise<Resolution> => {
  const kept = join(context.cacheDir, dnf.target.distribution, 'resolutions');
  await mkdir(kept, { recursive: true });
  const by = { state: await dnf.state(), program: await programDigest() };
  const path = join(kept, `${keyOf(by, dnf.target, chain)}.json`);
  const found = await readKept(path, Date.parse(options.clock.now()), wholeResolution);
  if (found) return found;
  const resolution = await resolveLayer(dnf, chain);
  await placeDurably(path, JSON.stringify(resolution));
  await say(context, `Layer ${chain.recipe.name} needs ${resolution.packages.length} packages`);
  return resolution;
};

/** A base as if it were a layer that is there already. */
const ofBase = (base: InstalledBase | undefined): Resolution => ({
  packages: [],
  removed: [],
  installed: parseState(base?.packageState ?? ''),
});

const workspaceOf = (work: Work, target: Target, { layers, base }: Stack): Promise<DnfWorkspace> => {
  const repositories = [base?.repositories ?? [], ...layers.map((layer) => layer.repositories)].flat();
  return dnfWorkspace(work, { target, repositories });
};

const resolveAll = async (work: Work, target: Target, { layers, base }: Stack): Promise<Resolution[]> => {
  const done: Resolution[] = [];
  let dnf: DnfWorkspace | undefined;
  for (const [index, recipe] of layers.entries()) {
    const upTo = layers.slice(0, index + 1);
    if (!dnf || recipe.repositories.length > 0) {
      dnf = await workspaceOf(work, target, { layers: upTo, base });
      await dnf.refresh(work.options.indexAgeMs ?? INDEX_AGE_MS);
    }
    const before = done.at(-1) ?? ofBase(base);
    done.push(await resolveChain(work, dnf, { layers: upTo, base, recipe, before }));
  }
  return done;
};

/**
 * Resolves layer by layer, each on the packages of those before it. What was resolved once on unchanged indexes is not
 * resolved again.
 */
export const resolveLayers = (options: RpmToolchainOptions): Toolchain['resolve'] => {
  const shrink = hourlyShrinking(options);
  return async (target, layers, { base, ...context }) =>
    inOwnFolder('Choosing packages', context, async (own) => {
      const { distribution } = target;
      await requireHostPrograms(options.sandbox, { distribution, signal: own.signal });
      await shrink(context.cacheDir);
      const done = await resolveAll({ options, context: own }, target, { layers, base });
      return done.map(({ packages, removed }) => ({ packages, ...(removed.length > 0 && { removed }) }));
    });
};
