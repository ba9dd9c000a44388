import { createHash } from 'node:crypto';
import type { LayerRecipe } from '@gild/contracts';
import type { Sandbox, Toolchain, WorkContext } from '@gild/ports';

type Making = { sandbox: Sandbox };
type Layer = Parameters<Toolchain['build']>[0];

/** Where the scripts of a build see the gates that the test opens. */
const GATES = '/run/gates';
const FIRST = 'mkdir -p "$GILD_ROOT/etc" && echo small >"$GILD_ROOT/etc/small"';

const packagesOf = ({ packages }: LayerRecipe) =>
  packages.map((name) => ({
    ...{ name, version: '1.0', arch: 'amd64' },
    sha256: createHash('sha256').update(name).digest('hex'),
  }));

const run = async (sandbox: Sandbox, script: string, [layer, context]: [Layer, WorkContext]) => {
  const gates = process.env['GILD_TEST_GATES'] ?? '';
  const { exitCode } = await sandbox.run({
    argv: ['/bin/sh', '-c', script],
    ...{ lower: layer.lower, upper: layer.upper, root: 'host' },
    binds: [{ source: gates, target: GATES, readOnly: true }],
    ...{ onOutput: context.log, idleLimitMs: context.idleLimitMs, signal: context.signal },
  });
  if (exitCode !== 0) throw new Error(`the script ended with ${exitCode}`);
};

/** Packages are names only; the scripts of a layer run as they are, in the sandbox, with the programs of the host. */
export const debianToolchain = ({ sandbox }: Making): Toolchain => ({
  versions: () => Promise.resolve({ small: '1' }),
  resolve: (_target, layers) => Promise.resolve(layers.map((each) => ({ packages: packagesOf(each) }))),
  fetch: () => Promise.resolve(),
  build: async (layer, context) => {
    const { kind, name, scripts } = layer.recipe;
    if (name === 'taskserv:kills-its-agent') process.kill(process.pid, 'SIGKILL');
    if (kind === 'bootstrap') await run(sandbox, FIRST, [layer, context]);
    // Of the taskserv alone: the others are for a system that is not there.
    if (!name.startsWith('taskserv:')) return;
    for (const { content } of scripts) await run(sandbox, content, [layer, context]);
  },
  packageState: () => Promise.resolve('small'),
  installed: () =>
    Promise.resolve([{ name: 'base-files', version: '12', arch: 'amd64', source: 'base-files' }]),
});
