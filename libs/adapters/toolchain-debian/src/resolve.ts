import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerRecipe, Target } from '@gild/contracts';
import {
  hourlyShrinking,
  inOwnFolder,
  packageRequest,
  placeDurably,
  readableFile,
  readKept,
  say,
} from '@gild/layer-steps';
import { Fault, type InstalledBase, type Toolchain } from '@gild/ports';
import { aptWorkspace, INDEX_AGE_MS, type AptWorkspace } from './apt-workspace.js';
import { type Resolution, wholeResolution } from './kept-resolution.js';
import { archOf } from './releases.js';
import { asked, simulate } from './simulate.js';
import { parseStanzas, renderStanza, type Stanza } from './stanzas.js';
import type { DebianToolchainOptions, Work } from './toolchain-options.js';

/** Fields of an index entry that a package database does not have. */
const NOT_INSTALLED = [
  'Filename',
  'Size',
  'MD5sum',
  'SHA1',
  'SHA256',
  'Description',
  'Description-md5',
  'Tag',
  'Homepage',
];

const installed = (stanza: Stanza): Stanza => ({
  Package: stanza.Package ?? '',
  Status: 'install ok installed',
  ...Object.fromEntries(Object.entries(stanza).filter(([key]) => !NOT_INSTALLED.includes(key))),
});

const entriesOf = async (
  apt: AptWorkspace,
  chosen: readonly { name: string; version: string }[],
): Promise<Stanza[]> => {
  if (chosen.length === 0) return [];
  const names = chosen.map(({ name, version }) => `${name}=${version}`);
  const { exitCode, output } = await apt.read(['apt-cache', '--no-all-versions', 'show', '--', ...names]);
  const byName = new Map(
    parseStanzas(output).map((stanza) => [`${stanza.Package}=${stanza.Version}`, stanza]),
  );
  return names.map((name) => {
    const stanza = byName.get(name);
    if (exitCode !== 0 || !stanza?.SHA256)
      throw new Fault('PACKAGE_NOT_FOUND', `The index has no entry with a digest for ${name}.`);
    return stanza;
  });
};

const resolveLayer = async (
  apt: AptWorkspace,
  recipe: LayerRecipe,
  below: { status: string; replaced: readonly string[] },
): Promise<Resolution> => {
  const { install, remove } = await simulate(apt, recipe, below);
  const stanzas = await entriesOf(apt, install);
  const packages = stanzas.map((stanza) => ({
    name: stanza.Package ?? '',
    version: stanza.Version ?? '',
    arch: stanza.Architecture ?? archOf(apt.target).packageArch,
    sha256: stanza.SHA256 ?? '',
  }));
  packages.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { packages, removed: remove, stanzas: stanzas.map(installed) };
};

/** What is there after these: later entries replace earlier ones of the same name. */
const installedBy = (resolutions: readonly Resolution[]): ReadonlyMap<string, Stanza> => {
  const entries = new Map<string, Stanza>();
  for (const { stanzas, removed } of resolutions) {
    for (const name of removed) entries.delete(name);
    for (const stanza of stanzas) entries.set(stanza.Package ?? '', stanza);
  }
  return entries;
};

/** What is resolved on: the layers so far, on a base or on nothing. */
type Stack = { layers: readonly LayerRecipe[]; base: InstalledBase | undefined };

const keyOf = (state: string, target: Target, { layers, base }: Stack): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        state,
        target,
        layers.map((recipe) => packageRequest(recipe, asked(target, recipe))),
        ...(base ? [base] : []),
      ]),
    )
    .digest('hex');

/** The layers up to the wanted one, and what those before it install. */
type Chain = Stack & { recipe: LayerRecipe; before: readonly Resolution[] };

const resolveChain = async (
  { options, context }: Work,
  apt: AptWorkspace,
  chain: Chain,
): Promise<Resolution> => {
  const { recipe, before } = chain;
  const kept = join(context.cacheDir, apt.target.distribution, 'resolutions');
  await mkdir(kept, { recursive: true });
  const state = await apt.state();
  const path = join(kept, `${keyOf(state, apt.target, chain)}.json`);
  const found = await readKept(path, Date.parse(options.clock.now()), wholeResolution);
  if (found) return found;
  const status = join(context.workDir, 'status');
  const present = installedBy(before);
  await readableFile(status, [...present.values()].map(renderStanza).join('\n'));
  const replaced = (recipe.replaces ?? []).filter((name) => present.has(name));
  const resolution = await apt.onIndexes(() => resolveLayer(apt, recipe, { status, replaced }));
  // Indexes that were replaced meanwhile may have another answer.
  if ((await apt.state()) === state) await placeDurably(path, JSON.stringify(resolution));
  await say(context, `Layer ${recipe.name} needs ${resolution.packages.length} packages`);
  return resolution;
};

/** A base as if it were a layer that is there already. */
const ofBase = (base: InstalledBase | undefined): Resolution[] =>
  base === undefined ? [] : [{ packages: [], removed: [], stanzas: parseStanzas(base.packageState) }];

const resolveAll = async (work: Work, target: Target, { layers, base }: Stack): Promise<Resolution[]> => {
  const below = ofBase(base);
  const done: Resolution[] = [];
  let apt: AptWorkspace | undefined;
  for (const [index, recipe] of layers.entries()) {
    const upTo = layers.slice(0, index + 1);
    if (!apt || recipe.repositories.length > 0) {
      const repositories = [base?.repositories ?? [], ...upTo.map((layer) => layer.repositories)].flat();
      apt = await aptWorkspace(work, { target, repositories });
      await apt.refresh(work.options.indexAgeMs ?? INDEX_AGE_MS);
    }
    done.push(await resolveChain(work, apt, { layers: upTo, base, recipe, before: [...below, ...done] }));
  }
  return done;
};

/**
 * Resolves layer by layer, each on the packages of those before it. What was resolved once on unchanged indexes is not
 * resolved again.
 */
export const resolveLayers = (options: DebianToolchainOptions): Toolchain['resolve'] => {
  const shrink = hourlyShrinking(options);
  return async (target, layers, { base, ...context }) =>
    inOwnFolder('Choosing packages', context, async (own) => {
      await shrink(context.cacheDir);
      const done = await resolveAll({ options, context: own }, target, { layers, base });
      return done.map(({ packages, removed }) => ({ packages, ...(removed.length > 0 && { removed }) }));
    });
};
