import { join } from 'node:path';
import type { RecipeFile } from '@gild/contracts';
import { readableFile, readableFolder } from './cache-files.js';
import { stepFailure } from './step-failures.js';
import { runStep, type LayerTree } from './image-run.js';
import type { StepWork } from './step-work.js';

/** Four arguments per file: number, mode, owner and group, path. */
export const PLACE = `set -eu
while [ $# -gt 0 ]; do
  mkdir -p "$(dirname "$4")"
  install -m "$2" -o "\${3%%:*}" -g "\${3#*:}" "/run/gild-files/$1" "$4"
  shift 4
done
`;

/** Copies files into the tree; owners are looked up in the tree's own accounts. */
export const placeSources = async (
  work: StepWork,
  layer: { tree: LayerTree; folder: string; files: readonly Omit<RecipeFile, 'content'>[] },
): Promise<void> => {
  if (layer.files.length === 0) return;
  const rows = layer.files.flatMap(({ mode, owner, group, path }, index) => [
    String(index),
    mode,
    `${owner ?? 'root'}:${group ?? 'root'}`,
    path,
  ]);
  const { exitCode, output } = await runStep(work, layer.tree, {
    argv: ['/bin/sh', '-c', PLACE, 'place', ...rows],
    binds: [{ source: layer.folder, target: '/run/gild-files', readOnly: true }],
  });
  if (exitCode !== 0) throw stepFailure('Writing files into the image', exitCode, output);
};

export const placeFiles = async (
  work: StepWork,
  layer: { tree: LayerTree; name: string; files: readonly RecipeFile[] },
): Promise<void> => {
  const folder = await readableFolder(join(work.context.workDir, layer.name));
  await Promise.all(
    layer.files.map(({ content }, index) => readableFile(join(folder, String(index)), content)),
  );
  await placeSources(work, { tree: layer.tree, folder, files: layer.files });
};
