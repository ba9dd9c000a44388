import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '@gild/contracts';
import { hostMirrors, mirrorsFrom, mirrorsOf } from './mirrors.js';
import { defaultMirrors, releaseOf } from './releases.js';

const debian12 = releaseOf({ distribution: 'debian', release: '12', arch: 'x86_64' });

describe('the mirrors a host uses', () => {
  it('are read from one-line sources with options and comments', () => {
    const text = [
      '# deb http://commented.example/debian bookworm main',
      'deb-src http://sources.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/x y.gpg] http://one.example/debian/ bookworm main contrib # home',
      'deb http://two.example/security bookworm-security main',
    ].join('\n');
    expect(mirrorsFrom([{ name: 'sources.list', text }], debian12)).toStrictEqual({
      main: 'http://one.example/debian',
      security: 'http://two.example/security',
    });
  });
  it('are read from paragraphs, comments and disabled ones aside', () => {
    const text = [
      'Types: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\nEnabled: no',
      'Types: deb deb-src\n# old\nURIs: http://a.example/debian\nSuites: bookworm bookworm-updates\nComponents: main',
    ].join('\n\n');
    expect(mirrorsFrom([{ name: 'debian.sources', text }], debian12)).toStrictEqual({
      main: 'http://a.example/debian',
      security: 'http://deb.debian.org/debian-security',
    });
  });
  it('have every release of its distribution', () => {
    const text =
      'deb http://one.example/debian bookworm main\ndeb http://two.example/s bookworm-security main';
    const debian13 = releaseOf({ distribution: 'debian', release: '13', arch: 'x86_64' });
    expect(mirrorsFrom([{ name: 'sources.list', text }], debian13)).toStrictEqual({
      main: 'http://one.example/debian',
      security: 'http://two.example/s',
    });
  });
  it('are preferred where they are of this very release', () => {
    const text =
      'deb http://twelve.example/debian bookworm main\ndeb http://thirteen.example/debian trixie main';
    const debian13 = releaseOf({ distribution: 'debian', release: '13', arch: 'x86_64' });
    expect(mirrorsFrom([{ name: 'sources.list', text }], debian13).main).toBe(
      'http://thirteen.example/debian',
    );
  });
  it('may no longer have a release that was moved to the archive', () => {
    const debian11 = releaseOf({ distribution: 'debian', release: '11', arch: 'x86_64' });
    const text = 'deb http://one.example/debian bookworm main';
    expect(mirrorsFrom([{ name: 'sources.list', text }], debian11)).toStrictEqual(debian11.mirrors);
  });
  it('are the defaults when the host runs another distribution', () => {
    const text = 'deb http://ubuntu.example/ubuntu jammy main';
    expect(mirrorsFrom([{ name: 'sources.list', text }], debian12)).toStrictEqual(debian12.mirrors);
  });
});

const jammy = (arch: Target['arch']): Target => ({ distribution: 'ubuntu', release: '22.04', arch });
const ports = {
  main: 'http://ports.ubuntu.com/ubuntu-ports',
  security: 'http://ports.ubuntu.com/ubuntu-ports',
};

describe('of an architecture that is kept elsewhere', () => {
  const foreign = process.arch === 'arm64' ? 'x86_64' : 'aarch64';
  let etc: string;
  beforeAll(async () => {
    etc = await mkdtemp(join(tmpdir(), 'gild-etc-'));
    await writeFile(join(etc, 'sources.list'), 'deb http://near.example/ubuntu jammy main');
  });
  afterAll(() => rm(etc, { recursive: true }));

  (foreign === 'aarch64' ? it : it.skip)('the mirrors are not those of the host', async () => {
    expect(await hostMirrors(jammy('aarch64'), etc)).toStrictEqual(ports);
    expect((await hostMirrors(jammy('x86_64'), etc)).main).toBe('http://near.example/ubuntu');
  });

  const near = 'http://near.example/ubuntu';
  const archive = 'http://archive.ubuntu.com/ubuntu';
  it.each([
    { release: '24.04', hostArch: 'x86_64', arch: 'x86_64', main: near },
    { release: '24.04', hostArch: 'aarch64', arch: 'aarch64', main: near },
    { release: '24.04', hostArch: 'x86_64', arch: 'aarch64', main: ports.main },
    { release: '24.04', hostArch: 'aarch64', arch: 'x86_64', main: archive },
    { release: '26.04', hostArch: 'x86_64', arch: 'aarch64', main: near },
    { release: '26.04', hostArch: 'aarch64', arch: 'x86_64', main: archive },
  ] as const)('Ubuntu $release beside 22.04 on an $hostArch host has for $arch: $main', (row) => {
    const files = [{ name: 'sources.list', text: `deb ${near} jammy main` }];
    const target = { ...jammy(row.arch), release: row.release };
    const how = { defaults: defaultMirrors(target), hostArch: row.hostArch };
    expect(mirrorsFrom(files, releaseOf(target), how).main).toBe(row.main);
  });
});

it.each([
  ['20.04', ports],
  ['22.04', ports],
  ['24.04', ports],
  ['26.04', releaseOf(jammy('x86_64')).mirrors],
])('Ubuntu %s for ARM is where Ubuntu keeps it', (release, mirrors) => {
  expect(defaultMirrors({ ...jammy('aarch64'), release })).toStrictEqual(mirrors);
  expect(defaultMirrors({ ...jammy('x86_64'), release })).toStrictEqual(releaseOf(jammy('x86_64')).mirrors);
});

describe('the mirrors an agent is told', () => {
  const target: Target = { distribution: 'debian', release: '13', arch: 'x86_64' };
  it('go before all others, and where the release has a row of its own it is the whole of it', async () => {
    const told = {
      debian: { main: 'http://all.example/debian', security: 'http://all.example/security' },
      'debian 13': { main: 'http://thirteen.example/debian' },
      ubuntu: { main: 'http://other.example/ubuntu' },
    };
    expect(await mirrorsOf(target, told)).toStrictEqual({
      main: 'http://thirteen.example/debian',
      security: (await hostMirrors(target)).security,
    });
    expect(await mirrorsOf({ ...target, release: '12' }, told)).toStrictEqual(told.debian);
  });
});
