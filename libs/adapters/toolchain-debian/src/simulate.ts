import type { LayerRecipe, Target } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { AptWorkspace } from './apt-workspace.js';
import { releaseOf } from './releases.js';
import { refuseModified, resolutionFailure } from './resolution-failure.js';

/** What bootstrap installs besides what was asked for: apt's own idea of a system that can install the rest. */
export const asked = (target: Target, recipe: LayerRecipe): string[] =>
  recipe.kind === 'bootstrap'
    ? ['?essential', 'apt', ...releaseOf(target).seedPackages, ...recipe.packages]
    : [...recipe.packages];

const INST = /^Inst (\S+?)(?::\S+)? (?:\[\S+\] )?\((\S+) .*\[(\S+)\]\)/gm;

const REMV = /^(?:Remv|Purg) (\S+?)(?::\S+)? /gm;

type Chosen = { install: readonly { name: string; version: string }[]; remove: readonly string[] };

/** What apt would do with the recipe's packages on those of `status`. Nothing is removed but what the recipe replaces. */
export const simulate = async (
  apt: AptWorkspace,
  recipe: LayerRecipe,
  { status, replaced }: { status: string; replaced: readonly string[] },
): Promise<Chosen> => {
  const names = asked(apt.target, recipe);
  if (names.length === 0 && !recipe.upgrade) return { install: [], remove: [] };
  await refuseModified(names, apt);
  const verb = recipe.upgrade && recipe.kind === 'change' ? 'dist-upgrade' : 'install';
  const removal = replaced.length > 0 ? '--remove' : '--no-remove';
  const wanted = [...names, ...replaced.map((name) => `${name}-`)];
  const { exitCode, output } = await apt.read(
    ['apt-get', '--simulate', removal, '-q', verb, '--', ...wanted],
    { status },
  );
  if (exitCode !== 0) throw await resolutionFailure(recipe.name, output, apt);
  const remove = [...output.matchAll(REMV)].map(([, name = '']) => name).sort();
  const others = remove.filter((name) => !replaced.includes(name));
  if (others.length > 0) throw removesOthers(recipe.name, others);
  return {
    install: [...output.matchAll(INST)].map(([, name = '', version = '']) => ({ name, version })),
    remove,
  };
};

const removesOthers = (layer: string, names: readonly string[]): Fault =>
  new Fault(
    'PACKAGE_CONFLICT',
    `The packages of layer ${layer} do not fit together: they would remove ${names.join(', ')}, which it does not replace.`,
  );
