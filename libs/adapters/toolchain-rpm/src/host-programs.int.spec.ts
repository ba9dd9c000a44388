import { rm } from 'node:fs/promises';
import type { Sandbox } from '@gild/ports';
import { clockOfTheHost } from '@gild/testing';
import { missingHostPrograms } from './host-programs.js';
import { notBuilt } from './not-built.js';
import { rpmToolchain } from './rpm-toolchain.js';
import {
  BASE,
  context,
  fault,
  newFolder,
  home,
  LIMIT_MS,
  sandbox,
  target,
} from './toolchain-under-test.spec.js';

const { signal } = new AbortController();

afterAll(() => rm(home, { recursive: true, force: true }));

/** The host without dnf, and without the program that unpacks packages. */
const poorerHost = async (): Promise<Sandbox> => {
  const empty = await newFolder('nothing');
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

describe('of what a host builds no image', () => {
  const noMirror = (release: string) =>
    `Packages of rhel ${release} come from no public mirror. Tell the agent one of yours: mirrors in its agent.yaml.`;

  it('is what it knows no mirror of, or no key, release by release', async () => {
    const main = 'http://127.0.0.1:9';
    const rhel = (release: string, reason: string) => ({ distribution: 'rhel', release, reason });
    expect(await notBuilt({ sandbox }, signal)).toStrictEqual([
      rhel('9', noMirror('9')),
      rhel('10', noMirror('10')),
    ]);
    const mirrors = { 'rhel 9': { main, key: 'a key' }, 'rhel 10': { main } };
    expect(await notBuilt({ sandbox, mirrors }, signal)).toStrictEqual([
      rhel('10', expect.stringMatching(/^The key that packages of rhel are signed with is needed/)),
    ]);
    expect(await notBuilt({ sandbox, mirrors: { rhel: { main, key: 'a key' } } }, signal)).toStrictEqual([]);
  });

  it('is the whole family where it lacks programs, with every package to install', async () => {
    const lacks = (distribution: string) => ({
      distribution,
      reason:
        `Images of ${distribution} need dnf's Python library, rpm2archive on this host, which it lacks. Install what ` +
        'brings it (apt-get install python3-dnf rpm2cpio).',
    });
    const found = await notBuilt({ sandbox: await poorerHost() }, signal);
    expect(found).toHaveLength(3);
    expect(found).toEqual(expect.arrayContaining([lacks('fedora'), lacks('centos'), lacks('rhel')]));
  });
});
