import { join } from 'node:path';
import type { LayerRecipe, Target } from '@gild/contracts';
import { runStep, say, type LayerTree } from '@gild/layer-steps';
import type { Bind } from '@gild/ports';
import { dnfWorkspace } from './dnf-workspace.js';
import { installFailure } from './problems.js';
import { releaseOf } from './releases.js';
import type { Work } from './toolchain-options.js';

/** Unpacks packages over the links of a merged /usr; nothing is installed yet. `name=where` words come before a `--`. */
export const EXTRACT = `cd "$GILD_ROOT"
while [ "$1" != -- ]; do
  case "\${1#*=}" in usr/*) mkdir -p "\${1#*=}" ;; *) mkdir -p "$(dirname "\${1%%=*}")/\${1#*=}" ;; esac
  ln -s "\${1#*=}" "\${1%%=*}"
  shift
done
shift
for rpm; do
  rpm2archive -n - <"/run/rpm/packages/$rpm" | tar -x --keep-directory-symlink --numeric-owner -p
done
`;

/** What the image's own rpm needs to install everything, itself once more. */
const FIRST = ['filesystem', 'bash', 'coreutils', 'rpm'];

/**
 * Unpacks the smallest system that can install the rest of its layer by itself. Nothing of it is registered: the image's
 * own rpm installs these packages too, properly, in one transaction with the others.
 */
export const bootstrap = async (
  work: Work,
  layer: {
    target: Target;
    recipe: LayerRecipe;
    tree: LayerTree;
    files: readonly string[];
    binds: readonly Bind[];
  },
): Promise<void> => {
  const dnf = await dnfWorkspace(work, { target: layer.target, repositories: [] });
  const question = { action: 'closure', files: layer.files, wanted: FIRST } as const;
  const { files: first } = await dnf.ask<{ files: readonly string[] }>(
    `Choosing what layer ${layer.recipe.name} begins with`,
    question,
    { binds: layer.binds },
  );
  await say(work.context, `Unpacking the first ${first.length} packages`);
  const links = Object.entries(releaseOf(layer.target).links).map(([name, where]) => `${name}=${where}`);
  const argv = ['bash', '-euo', 'pipefail', '-c', EXTRACT, 'extract', ...links, '--', ...first];
  const { exitCode, output } = await runStep(work, layer.tree, { argv, root: 'host', binds: layer.binds });
  if (exitCode !== 0) throw installFailure(layer.recipe.name, output);
};

/** Where the packages of a layer are seen. */
export const packageBinds = (folder: string): readonly Bind[] => [
  { source: join(folder), target: '/run/rpm/packages', readOnly: true },
];
