import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '@gild/ports';
import { installedPackages } from './installed.js';
import { context, fault, folder, home, LIMIT_MS, sandbox, target } from './toolchain-under-test.spec.js';

afterAll(() => rm(home, { recursive: true, force: true }));

/** Shows the image with the host's programs, and with a program of its own in the place of rpm. */
const withRpm = async (program: string): Promise<Sandbox> => {
  const rpm = join(await folder('programs'), 'rpm');
  await writeFile(rpm, program, { mode: 0o755 });
  const binds = [
    { source: '/usr', target: '/usr', readOnly: true },
    { source: rpm, target: '/usr/bin/rpm', readOnly: true },
  ];
  return { ...sandbox, run: (run) => sandbox.run({ ...run, binds }) };
};

it(
  'ends a program of the image that goes on printing where its list of packages was expected',
  async () => {
    const tree = await folder('tree');
    for (const name of ['proc', 'dev', 'run', 'tmp', 'usr']) await folder(`tree/${name}`);
    for (const link of ['bin', 'lib', 'lib64']) await symlink(`usr/${link}`, join(tree, link));
    const image = { arch: target.arch, lower: [tree] };
    const endless = await withRpm('#!/bin/sh\nexec yes\n');
    const signal = AbortSignal.timeout(20_000);
    const error = await fault(installedPackages(endless, image, await context({ signal })));
    expect([error.code, error.message]).toStrictEqual([
      'PACKAGE_FAILED',
      'rpm printed more than 64 MiB, where far less was expected, and was ended.',
    ]);
  },
  LIMIT_MS,
);
