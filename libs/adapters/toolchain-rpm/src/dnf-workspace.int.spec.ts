import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '@gild/ports';
import { clockOfTheHost } from '@gild/testing';
import { dnfWorkspace } from './dnf-workspace.js';
import { context, fault, folder, home, LIMIT_MS, sandbox, target } from './toolchain-under-test.spec.js';

afterAll(() => rm(home, { recursive: true, force: true }));

/** The sandbox, but its program was taken over by what a mirror sent: it is this script. */
const takenOver = (script: string): Sandbox => ({
  ...sandbox,
  run: (run) => sandbox.run({ ...run, argv: ['sh', '-euc', script] }),
});

const workspace = async (script: string) => {
  const options = {
    sandbox: takenOver(script),
    clock: clockOfTheHost,
    mirrors: { fedora: { main: 'http://127.0.0.1:9', key: 'key' } },
  };
  return dnfWorkspace({ options, context: await context() }, { target, repositories: [] });
};

it(
  'follows no link that was left where an answer is expected',
  async () => {
    const victim = join(await folder('host'), 'secret');
    await writeFile(victim, '{"secret":true}');
    const dnf = await workspace(`ln -s '${victim}' /run/rpm/call/answer`);
    const error = await fault(dnf.ask('Asking', { action: 'resolve' }));
    expect([error.code, error.message]).toStrictEqual([
      'PACKAGE_FAILED',
      'Asking failed: an answer in a file was expected, and there is none.',
    ]);
  },
  LIMIT_MS,
);

it(
  'writes nothing through a link that was left among the indexes, and reads no state through one',
  async () => {
    const victim = await folder('victim');
    await writeFile(join(victim, 'precious'), 'precious');
    const dnf = await workspace(
      `cd /run/rpm/indexes; ln -s '${victim}/precious' refreshed; ln -s '${victim}/precious' state; echo '{}' >/run/rpm/call/answer`,
    );
    await dnf.refresh(0);
    expect([await dnf.state(), await readFile(join(victim, 'precious'), 'utf8')]).toStrictEqual([
      '',
      'precious',
    ]);
  },
  LIMIT_MS,
);
