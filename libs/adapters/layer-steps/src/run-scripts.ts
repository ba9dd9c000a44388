import { join } from 'node:path';
import type { LayerRecipe, RecipeScript } from '@gild/contracts';
import { readableFile, readableFolder } from './cache-files.js';
import { stepFailure } from './step-failures.js';
import { runStep, type LayerTree } from './image-run.js';
import { say } from './output-tail.js';
import type { StepWork } from './step-work.js';

const runScript = async (work: StepWork, tree: LayerTree, script: RecipeScript): Promise<void> => {
  await say(work.context, `Running script ${script.name}`);
  const folder = await readableFolder(join(work.context.workDir, 'scripts'));
  await readableFile(join(folder, 'script'), script.content);
  const { exitCode, output } = await runStep(work, tree, {
    argv: ['/bin/sh', '/run/gild-scripts/script'],
    binds: [{ source: folder, target: '/run/gild-scripts', readOnly: true }],
    network: script.network ?? false,
  });
  if (exitCode !== 0) throw stepFailure(`Script ${script.name}`, exitCode, output);
};

/** What enables or disables units in an image. */
export const unitSwitch = (verb: 'enable' | 'disable', units: readonly string[]): readonly string[] => [
  'systemctl',
  '--root=/',
  verb,
  '--',
  ...units,
];

const switchUnits = async (
  work: StepWork,
  tree: LayerTree,
  [verb, units]: readonly ['enable' | 'disable', readonly string[]],
): Promise<void> => {
  if (units.length === 0) return;
  const { exitCode, output } = await runStep(work, tree, { argv: unitSwitch(verb, units) });
  if (exitCode !== 0) throw stepFailure(`systemctl ${verb} ${units.join(' ')}`, exitCode, output);
};

/** The recipe's scripts in order, then its units. */
export const runScripts = async (work: StepWork, tree: LayerTree, recipe: LayerRecipe): Promise<void> => {
  for (const script of recipe.scripts) await runScript(work, tree, script);
  await switchUnits(work, tree, ['enable', recipe.enable]);
  await switchUnits(work, tree, ['disable', recipe.disable]);
};
