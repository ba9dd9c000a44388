import { chmod, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clockOfTheHost } from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';
import {
  BASE,
  context,
  fault,
  folder,
  home,
  LIMIT_MS,
  log,
  recipe,
  resolve,
  sandbox,
  target,
  toolchain,
} from './toolchain-under-test.spec.js';

afterAll(() => sandbox.remove(home), LIMIT_MS);

it(
  'gives a later layer only what the earlier ones lack',
  async () => {
    const [, tools, nothing] = await resolve(
      BASE,
      recipe('tools', { packages: ['redis-tools'] }),
      recipe('same', { packages: ['bash'] }),
    );
    const names = tools?.packages.map(({ name }) => name) ?? [];
    expect(names).toContain('redis-tools');
    expect(names).not.toContain('libc6');
    expect(nothing?.packages).toStrictEqual([]);
    expect(tools?.packages.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
  },
  LIMIT_MS,
);
it(
  'asks apt nothing when neither recipes nor indexes changed',
  async () => {
    const before = await resolve(BASE);
    log.text = '';
    expect(await resolve(BASE)).toStrictEqual(before);
    expect(log.text).toBe('');
  },
  LIMIT_MS,
);
it(
  'names a package that does not exist, and close ones',
  async () => {
    const error = await fault(
      resolve(BASE, recipe('web', { packages: ['ngimx', 'no-such-package-anywhere'] })),
    );
    expect(error.code).toBe('PACKAGE_NOT_FOUND');
    expect(error.message).toMatch(
      /^The repositories have no package ngimx \(close: .*nginx.*\), no package no-such-package-anywhere\.$/,
    );
  },
  LIMIT_MS,
);
it(
  'takes no package name for a pattern that others match',
  async () => {
    for (const name of ['redis.tools', 'libstdc++', 'nano+']) {
      const error = await fault(resolve(BASE, recipe('web', { packages: [name] })));
      expect(error.code).toBe('PACKAGE_NOT_FOUND');
      expect(error.message).toContain(`The repositories have no package ${name} (close: `);
    }
    const exact = ['libsigc++-2.0-0v5', 'libjs-jquery.sparkline', 'memtest86+'];
    const [, layer] = await resolve(BASE, recipe('web', { packages: exact }));
    expect(layer?.packages.map(({ name }) => name)).toStrictEqual(expect.arrayContaining(exact));
  },
  LIMIT_MS,
);
it(
  'names the versions there are when a pin is impossible',
  async () => {
    const error = await fault(resolve(BASE, recipe('web', { packages: ['nginx=9.9.9'] })));
    expect(error.code).toBe('VERSION_NOT_FOUND');
    expect(error.message).toMatch(
      /^nginx has no version 9\.9\.9; available: 1\.22\.1-9\S*(, 1\.22\.1-9\S*)*\.$/,
    );
  },
  LIMIT_MS,
);
it(
  'explains packages that exclude each other',
  async () => {
    const error = await fault(resolve(BASE, recipe('mail', { packages: ['postfix', 'exim4-daemon-light'] })));
    expect(error.code).toBe('PACKAGE_CONFLICT');
    expect(error.message).toMatch(/postfix.*exim4|exim4.*postfix/s);
  },
  LIMIT_MS,
);
it(
  'removes nothing for a package but what its layer says that it replaces',
  async () => {
    const clock = recipe('clock', { packages: ['systemd-timesyncd'] });
    const chrony = recipe('chrony', { packages: ['chrony'] });
    expect(await fault(resolve(BASE, clock, chrony))).toMatchObject({ code: 'PACKAGE_CONFLICT' });
    const other = await fault(resolve(BASE, clock, { ...chrony, replaces: ['systemd-sysv'] }));
    expect(other).toMatchObject({
      code: 'PACKAGE_CONFLICT',
      message: expect.stringContaining('would remove systemd-timesyncd, which it does not replace'),
    });
    const replacing = { ...chrony, replaces: ['systemd-timesyncd', 'never-installed'] };
    const [, , layer, after] = await resolve(
      BASE,
      clock,
      replacing,
      recipe('again', { packages: ['chrony'] }),
    );
    expect(layer?.removed).toStrictEqual(['systemd-timesyncd']);
    expect(after).toStrictEqual({ packages: [] });
    const [, alone] = await resolve(BASE, replacing);
    expect(alone).not.toHaveProperty('removed');
  },
  LIMIT_MS,
);
it(
  'can be tried again when the mirror does not answer',
  async () => {
    const nowhere = 'http://127.0.0.1:9/debian';
    const cut = debianToolchain({
      sandbox,
      clock: clockOfTheHost,
      mirrors: { debian: { main: nowhere, security: nowhere } },
    });
    const error = await fault(cut.resolve(target, [BASE], await context({ cacheDir: await folder('cut') })));
    expect([error.code, error.retryable]).toStrictEqual(['MIRROR_UNREACHABLE', true]);
    expect(error.message).toContain('127.0.0.1:9');
  },
  LIMIT_MS,
);
it(
  'takes no package name for an option of a program of the host',
  async () => {
    const solver = await mkdtemp('/var/tmp/gild-solver-');
    const program = '#!/bin/sh\ntouch /run/apt/index/ran\nexit 1\n';
    await writeFile(join(solver, 'x'), program, { mode: 0o755 });
    await chmod(solver, 0o755);
    const packages = [`-oDir::Bin::Solvers::=${solver}`, '-oAPT::Solver=x', 'nginx'];
    const error = await fault(resolve(BASE, recipe('option', { packages })));
    expect(error.code).toBe('PACKAGE_NOT_FOUND');
    const indexes = join(home, 'cache/debian/indexes');
    const files = await readdir(indexes, { recursive: true });
    expect(files.filter((file) => file.endsWith('/ran'))).toStrictEqual([]);
    await rm(solver, { recursive: true });
  },
  LIMIT_MS,
);
it(
  'refuses a release it does not know',
  async () => {
    const error = await fault(toolchain.resolve({ ...target, release: '5' }, [BASE], await context()));
    expect(error.code).toBe('TARGET_UNKNOWN');
  },
  LIMIT_MS,
);
it(
  'takes what was cut off while it was kept for nothing',
  async () => {
    const before = await resolve(BASE);
    const kept = join(home, 'cache/debian/resolutions');
    for (const [index, name] of (await readdir(kept)).entries()) await truncate(join(kept, name), index % 2);
    expect(await resolve(BASE)).toStrictEqual(before);
  },
  LIMIT_MS,
);
it(
  'keeps the resolutions of two plans that are made at once',
  async () => {
    const layer = recipe('tools', { packages: ['redis-tools', 'nano'] });
    const [one, two] = await Promise.all([resolve(BASE, layer), resolve(BASE, layer)]);
    expect(one).toStrictEqual(two);
    expect((await readdir(join(home, 'cache/debian/resolutions'))).join(' ')).toMatch(/^[0-9a-f. json]+$/);
  },
  LIMIT_MS,
);
