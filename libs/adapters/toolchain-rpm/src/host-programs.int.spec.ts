import { rm } from 'node:fs/promises';
import type { Sandbox } from '@gild/ports';
import { clockOfTheHost } from '@gild/testing';
import { missingHostPrograms } from './host-programs.js';
import { rpmToolchain } from './rpm-toolchain.js';
import {
  BASE,
  context,
  fault,
  folder,
  home,
  LIMIT_MS,
  sandbox,
  target,
} from './toolchain-under-test.spec.js';

const { signal } = new AbortController();

afterAll(() => rm(home, { recursive: true, force: true }));

/** The host without dnf, and without the program that unpacks packages. */
const poorerHost = async (): Promise<Sandbox> => {
  const empty = await folder('nothing');
  const hidden = [
    { source: empty, target: '/usr/lib/python3/dist-packages/dnf', readOnly: true },
    { source: '/dev/null', target: '/usr/bin/rpm2archive', readOnly: true },
  ];
  return { ...sandbox, run: (run) => sandbox.run({ ...run, binds: [...(run.binds ?? []), ...hidden] }) };
};

it('finds all it needs on a host that has it', async () => {
  expect(await missingHostPrograms(sandbox, signal)).toBeUndefined();
});

it(
  'refuses before it asks a mirror, and names every package to install',
  async () => {
    const toolchain = rpmToolchain({
      sandbox: await poorerHost(),
      clock: clockOfTheHost,
      mirrors: { fedora: { main: 'http://127.0.0.1:9' } },
    });
    const error = await fault(toolchain.resolve(target, [BASE], await context()));
    expect([error.code, error.retryable, error.message]).toStrictEqual([
      'TOOL_MISSING',
      false,
      "Images of fedora need dnf's Python library, rpm2archive on this host, which it lacks. Install what brings it " +
        '(apt-get install python3-dnf rpm2cpio) and build again.',
    ]);
  },
  LIMIT_MS,
);
