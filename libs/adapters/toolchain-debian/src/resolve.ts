import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerRecipe, Target } from '@gild/contracts';
import { Fault, type InstalledBase, type Toolchain } from '@gild/ports';
import { aptWorkspace, INDEX_AGE_MS, type AptWorkspace } from './apt-workspace.js';
import { placeDurably, readableFile, sayingWhenFull } from './cache-files.js';
import { readKept, type Resolution } from './kept-resolution.js';
import { say } from './output-tail.js';
import { archOf, releaseOf } from './releases.js';
import { refuseModified, resolutionFailure } from './resolution-failure.js';
import { hourlyShrinking } from './shrink-cache.js';
import { parseStanzas, renderStanza, type Stanza } from './stanzas.js';
import type { DebianToolchainOptions, Work } from './toolchain-options.js';

/** What of a recipe decides its packages. */
const request = ({ kind, repositories, upgrade, packages }: LayerRecipe) => ({
  kind,
  repositories,
  upgrade,
  packages,
});

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

/** What bootstrap installs besides what was asked for: apt's own idea of a system that can install the rest. */
const asked = (target: Target, recipe: LayerRecipe): string[] =>
  recipe.kind === 'bootstrap'
    ? ['?essential', 'apt', ...releaseOf(target).seedPackages, ...recipe.packages]
    : [...recipe.packages];

const INST = /^Inst (\S+?)(?::\S+)? (?:\[\S+\] )?\((\S+) .*\[(\S+)\]\)/gm;

const simulate = async (
  apt: AptWorkspace,
  recipe: LayerRecipe,
  status: string,
): Promise<{ name: string; version: string }[]> => {
  const names = asked(apt.target, recipe);
  if (names.length === 0 && !recipe.upgrade) return [];
  await refuseModified(names, apt);
  const verb = recipe.upgrade && recipe.kind === 'change' ? 'dist-upgrade' : 'install';
  const argv = ['apt-get', '--simulate', '--no-remove', '-q', verb, '--', ...names];
  const { exitCode, output } = await apt.run(argv, { status });
  if (exitCode !== 0) throw await resolutionFailure(recipe.name, output, apt);
  return [...output.matchAll(INST)].map(([, name = '', version = '']) => ({ name, version }));
};

const entriesOf = async (
  apt: AptWorkspace,
  chosen: readonly { name: string; version: string }[],
): Promise<Stanza[]> => {
  if (chosen.length === 0) return [];
  const names = chosen.map(({ name, version }) => `${name}=${version}`);
  const { exitCode, output } = await apt.run(['apt-cache', '--no-all-versions', 'show', '--', ...names]);
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

const resolveLayer = async (apt: AptWorkspace, recipe: LayerRecipe, status: string): Promise<Resolution> => {
  const stanzas = await entriesOf(apt, await simulate(apt, recipe, status));
  const packages = stanzas.map((stanza) => ({
    name: stanza.Package ?? '',
    version: stanza.Version ?? '',
    arch: stanza.Architecture ?? archOf(apt.target).dpkg,
    sha256: stanza.SHA256 ?? '',
  }));
  packages.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { packages, stanzas: stanzas.map(installed) };
};

/** Later entries replace earlier ones of the same name. */
const statusText = (resolutions: readonly Resolution[]): string => {
  const entries = new Map(
    resolutions.flatMap(({ stanzas }) => stanzas.map((stanza) => [stanza.Package, stanza] as const)),
  );
  return [...entries.values()].map(renderStanza).join('\n');
};

/** What is resolved on: the layers so far, on a base or on nothing. */
type Stack = { layers: readonly LayerRecipe[]; base: InstalledBase | undefined };

const keyOf = (state: string, target: Target, { layers, base }: Stack): string =>
  createHash('sha256')
    .update(JSON.stringify([state, target, layers.map(request), ...(base ? [base] : [])]))
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
  const path = join(kept, `${keyOf(await apt.state(), apt.target, chain)}.json`);
  const found = await readKept(path, Date.parse(options.clock.now()));
  if (found) return found;
  const status = join(context.workDir, 'status');
  await readableFile(status, statusText(before));
  const resolution = await resolveLayer(apt, recipe, status);
  await placeDurably(path, JSON.stringify(resolution));
  await say(context, `Layer ${recipe.name} needs ${resolution.packages.length} packages`);
  return resolution;
};

/** A base as if it were a layer that is there already. */
const ofBase = (base: InstalledBase | undefined): Resolution[] =>
  base === undefined ? [] : [{ packages: [], stanzas: parseStanzas(base.packageState) }];

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
  return async (target, layers, { base, ...context }) => {
    const workDir = await mkdtemp(join(context.workDir, 'toolchain-'));
    const work = { options, context: { ...context, workDir } };
    try {
      await shrink(context.cacheDir);
      const done = await sayingWhenFull('Choosing packages', () =>
        resolveAll(work, target, { layers, base }),
      );
      return done.map(({ packages }) => ({ packages }));
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  };
};
