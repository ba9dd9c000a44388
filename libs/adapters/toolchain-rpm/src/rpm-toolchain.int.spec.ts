import { execFileSync } from 'node:child_process';
import { copyFile, lstat, mkdir, readFile, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LayerRecipe, ResolvedLayer } from '@gild/contracts';
import { FEDORA_43, rpmMirror } from '@gild/testing';
import { SMALLEST, SYSTEM } from './more-packages.spec.js';
import {
  BASE,
  buildOn,
  context,
  digestsOf,
  fault,
  folder,
  home,
  LIMIT_MS,
  log,
  recipe,
  sandbox,
  target,
  toolchainOf,
} from './toolchain-under-test.spec.js';

const UPDATES = FEDORA_43.folders[1];

const mirror = await rpmMirror();
const { workshop, key } = mirror;
const toolchain = toolchainOf(mirror);
let base = '';

const fingerprintOf = (armoured: string): string => {
  const argv = ['--homedir', workshop.home, '--batch', '--with-colons', '--show-keys'];
  const listed = execFileSync('gpg', argv, { input: armoured, encoding: 'utf8', stdio: 'pipe' });
  return /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '';
};

const resolve = async (...layers: LayerRecipe[]): Promise<readonly ResolvedLayer[]> =>
  toolchain.resolve(target, layers, await context());
const names = (layer: ResolvedLayer | undefined) => layer?.packages.map(({ name }) => name);

/** A layer on the base. */
const build = async (change: LayerRecipe): Promise<string> =>
  buildOn(toolchain, { recipe: change, resolved: (await resolve(BASE, change))[1], lower: [base] });

beforeAll(async () => {
  mirror.hold(SYSTEM);
  base = await buildOn(toolchain, { recipe: BASE, resolved: (await resolve(BASE))[0], lower: [] });
}, LIMIT_MS);

afterAll(async () => {
  mirror.close();
  await sandbox.remove(home);
}, LIMIT_MS);

describe('choosing packages', () => {
  it(
    'gives a later layer only what the earlier ones lack, each with its digest',
    async () => {
      const [first, web, again] = await resolve(
        BASE,
        recipe('web', { packages: ['web'] }),
        recipe('again', { packages: ['web-data', 'bash'] }),
      );
      expect(names(first)).toStrictEqual(SMALLEST.map(({ name }) => name).sort());
      expect(names(web)).toStrictEqual(['web', 'web-data']);
      expect(web?.packages[0]).toMatchObject({ version: '1:1.2-3.fc43', arch: 'noarch' });
      expect(web?.packages.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
      expect(again?.packages).toStrictEqual([]);
    },
    LIMIT_MS,
  );
  it(
    'takes the version that is pinned, with or without its release',
    async () => {
      for (const pin of ['web=1.0-1.fc43', 'web=1.0']) {
        const [, web] = await resolve(BASE, recipe('web', { packages: [pin] }));
        expect(web?.packages[0]).toMatchObject({ name: 'web', version: '1.0-1.fc43' });
      }
    },
    LIMIT_MS,
  );
  it(
    'names the versions there are when a pin is impossible',
    async () => {
      const error = await fault(resolve(BASE, recipe('web', { packages: ['web=9.9'] })));
      expect([error.code, error.message]).toStrictEqual([
        'VERSION_NOT_FOUND',
        'web has no version 9.9; available: 1:1.2-3.fc43, 1.0-1.fc43.',
      ]);
    },
    LIMIT_MS,
  );
  it(
    'names every package that does not exist, and close ones',
    async () => {
      const error = await fault(resolve(BASE, recipe('web', { packages: ['wep-data', 'no-such-thing'] })));
      expect([error.code, error.message]).toStrictEqual([
        'PACKAGE_NOT_FOUND',
        'The repositories have no package wep-data (close: web-data), no package no-such-thing.',
      ]);
    },
    LIMIT_MS,
  );
  it(
    'says what does not fit together, within a layer and with those below',
    async () => {
      const below = [BASE, recipe('web', { packages: ['web'] })];
      for (const layers of [
        [...below, recipe('gateway', { packages: ['web-gateway'] })],
        [BASE, recipe('gateway', { packages: ['lonely'] })],
      ]) {
        const error = await fault(resolve(...layers));
        expect(error.code).toBe('PACKAGE_CONFLICT');
        expect(error.message).toMatch(
          /^Choosing the packages of layer gateway: the packages do not fit together:\n.*(conflicts with web|nothing provides nowhere-to-be-found)/s,
        );
      }
    },
    LIMIT_MS,
  );
  it(
    'asks no index twice while it is new, and nothing at all when nothing changed',
    async () => {
      const patient = toolchainOf(mirror, { indexAgeMs: 3_600_000 });
      const first = await patient.resolve(target, [BASE], await context());
      mirror.asked.length = 0;
      log.text = '';
      expect(await patient.resolve(target, [BASE], await context())).toStrictEqual(first);
      expect([mirror.asked, log.text]).toStrictEqual([[], '']);
    },
    LIMIT_MS,
  );
  it(
    'upgrades what updates have, only where the layer is to, and never past a pin below it',
    async () => {
      const newer = mirror.signed(
        ['web-data', 'web'].map((name) => ({
          name,
          version: '1:2.0-1.fc43',
          files: { [`/usr/share/web/${name}-2`]: '' },
        })),
      );
      const pinned = [BASE, recipe('web', { packages: ['web=1.0-1.fc43', 'web-data=1.0-1'] })];
      const [, old] = await resolve(...pinned);
      workshop.publish(UPDATES, newer);
      try {
        const layers = await resolve(
          ...pinned,
          recipe('up', { upgrade: true }),
          recipe('more', { packages: ['web'] }),
        );
        expect(layers[1]).toStrictEqual(old);
        expect(layers.slice(2)).toStrictEqual([{ packages: [] }, { packages: [] }]);
        const [, web] = await resolve(BASE, recipe('web', { packages: ['web'] }));
        expect(web?.packages.map(({ version }) => version)).toStrictEqual(['1:2.0-1.fc43']);
      } finally {
        workshop.publish(UPDATES, []);
      }
    },
    LIMIT_MS,
  );
  it(
    'says when a mirror cannot be read, and whether trying again may help',
    async () => {
      const empty = await fault(
        toolchainOf({ url: `${mirror.url}/nothing`, key }).resolve(target, [BASE], await context()),
      );
      expect(empty.message).toMatch(/^Reading the package indexes: a mirror could not be read\.\n/);
      expect(empty.message).toContain('Status code: 404');
      expect(empty.message.split('\n').at(-1)).toBe(
        'If this host does not reach it, or it has not what is asked for, name one that does under `mirrors` in agent.yaml; ' +
          "where it is a taskserv's repository, correct its address in the taskserv.",
      );
      expect([empty.code, empty.retryable]).toStrictEqual(['MIRROR_UNREACHABLE', false]);
      const closed = await fault(
        toolchainOf({ url: 'http://127.0.0.1:9', key }).resolve(target, [BASE], await context()),
      );
      expect([closed.code, closed.retryable]).toStrictEqual(['MIRROR_UNREACHABLE', true]);
      expect(closed.message).toContain('127.0.0.1');
    },
    LIMIT_MS,
  );
  it(
    'tells neither user nor password of a mirror, in messages or in the log',
    async () => {
      log.text = '';
      for (const place of [mirror.url, `${mirror.url}/nothing`]) {
        const url = place.replace('//', '//ada:secret@');
        const error = await fault(
          toolchainOf({ url, key }).resolve(target, [recipe('x', { packages: ['x'] })], await context()),
        );
        expect(`${error.message}${log.text}`).not.toMatch(/ada:|secret/);
        expect(error.message).toMatch(/no package x|127\.0\.0\.1/);
      }
    },
    LIMIT_MS,
  );
  it('asks for the key, or the mirror, of a distribution that has none in public', async () => {
    const rhel = { ...target, distribution: 'rhel', release: '9' };
    const bare = toolchainOf({ url: '', key: '' }, { mirrors: {} });
    expect((await fault(bare.resolve(rhel, [BASE], await context()))).code).toBe('MIRROR_UNREACHABLE');
    const keyless = toolchainOf({ url: '', key: '' }, { mirrors: { 'rhel 9': { main: mirror.url } } });
    expect((await fault(keyless.resolve(rhel, [BASE], await context()))).code).toBe('KEYRING_MISSING');
  });
});

describe('the base', () => {
  it(
    'holds exactly the packages of its resolution',
    async () => {
      const installed = await toolchain.installed(target, [base], await context());
      const [resolved] = await resolve(BASE);
      const pick = ({ name, version, arch }: { name: string; version: string; arch: string }) => ({
        name,
        version,
        arch,
      });
      expect(installed.map(pick)).toStrictEqual(resolved?.packages.map(pick));
      expect(installed.find(({ name }) => name === 'rpm')?.source).toBe('rpm');
    },
    LIMIT_MS,
  );
  it(
    "lists what the host's rpm finds in its database, with the same sources and licenses",
    async () => {
      const copy = await folder('database');
      await copyFile(join(base, 'usr/lib/sysimage/rpm/rpmdb.sqlite'), join(copy, 'rpmdb.sqlite'));
      const format = '%{NAME} %{EVR} %{ARCH} %{SOURCERPM} %{LICENSE}\\n';
      const options = ['--dbpath', copy, '--define', '_db_backend sqlite', '--queryformat', format];
      const told = execFileSync('rpm', ['-qa', ...options], { encoding: 'utf8' });
      const installed = await toolchain.installed(target, [base], await context());
      const lines = installed.map(({ name, version, arch, source, sourceVersion, license }) => {
        const file = `${source}-${sourceVersion ?? version.replace(/^\d+:/, '')}.src.rpm`;
        return [name, version, arch, file, license].join(' ');
      });
      expect(lines.sort()).toStrictEqual(told.trimEnd().split('\n').sort());
    },
    LIMIT_MS,
  );
  it('holds nothing of the moment', async () => {
    expect((await readdir(join(base, 'usr/lib/sysimage/rpm'))).sort()).toStrictEqual(['rpmdb.sqlite']);
    const { mtimeMs } = await lstat(join(base, 'usr/lib/sysimage/rpm/rpmdb.sqlite'));
    expect(mtimeMs / 1000).toBe(1_761_609_600);
    expect(await readFile(join(base, 'etc/resolv.conf'), 'utf8')).toBe('');
  });
  it(
    'is the same twice, byte for byte',
    async () => {
      const again = await buildOn(toolchain, { recipe: BASE, resolved: (await resolve(BASE))[0], lower: [] });
      expect(await digestsOf(again)).toStrictEqual(await digestsOf(base));
    },
    LIMIT_MS,
  );
});

describe('a layer on top', () => {
  it(
    'has the packages, files, scripts and units of its recipe, in that order',
    async () => {
      const layer = await build(
        recipe('web', {
          packages: ['web'],
          seeds: [{ path: '/etc/seeded', content: 'before\n', mode: '0640', group: 'wheel' }],
          files: [{ path: '/etc/web.d/own.conf', content: 'own\n', mode: '0600' }],
          scripts: [{ name: 'joins', content: 'cat /etc/web.conf /etc/web.d/own.conf >/etc/joined' }],
          enable: ['web.service'],
        }),
      );
      expect(await readFile(join(layer, 'usr/share/web/version'), 'utf8')).toBe('1.2\n');
      expect(await readFile(join(layer, 'etc/joined'), 'utf8')).toBe('set up by its own script\nown\n');
      expect((await lstat(join(layer, 'etc/seeded'))).mode & 0o777).toBe(0o640);
      expect(await readdir(join(layer, 'etc/systemd/system/multi-user.target.wants'))).toStrictEqual([
        'web.service',
      ]);
      expect(await readdir(layer)).not.toContain('run');
      const installed = await toolchain.installed(target, [base, layer], await context());
      expect(installed.find(({ name }) => name === 'web')?.version).toBe('1:1.2-3.fc43');
    },
    LIMIT_MS,
  );
  it(
    'says which package could not be installed',
    async () => {
      const error = await fault(build(recipe('broken', { packages: ['broken'] })));
      expect(error.code).toBe('PACKAGE_FAILED');
      expect(error.message).toContain('cannot be set up here');
    },
    LIMIT_MS,
  );
  it(
    'takes packages from a repository it brings, and tells the image of it under its key',
    async () => {
      const theirs = workshop.key('extra@gild.invalid');
      const [rpm = ''] = [workshop.make({ name: 'extra', files: { '/usr/share/extra': 'x' } })];
      workshop.sign('extra@gild.invalid', [rpm]);
      workshop.publish('extra', [rpm]);
      const repository = {
        name: 'others',
        uri: `${mirror.url}/extra`,
        suite: './',
        components: [],
        key: theirs,
      };
      const layer = await build(recipe('extra', { packages: ['extra'], repositories: [repository] }));
      expect(await readFile(join(layer, 'usr/share/extra'), 'utf8')).toBe('x');
      expect(await readFile(join(layer, 'etc/yum.repos.d/others.repo'), 'utf8')).toBe(
        `[gild-others]\nname=others\nbaseurl=${mirror.url}/extra/\nenabled=1\ngpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/others.asc\n`,
      );
      expect(await readFile(join(layer, 'etc/pki/rpm-gpg/others.asc'), 'utf8')).toBe(theirs);
    },
    LIMIT_MS,
  );
  it(
    'takes no package that is unsigned, or signed by somebody else',
    async () => {
      const unsigned = workshop.make({ name: 'unsigned', files: { '/usr/share/unsigned': '' } });
      const foreign = workshop.make({ name: 'foreign', files: { '/usr/share/foreign': '' } });
      const stranger = fingerprintOf(workshop.key('stranger@gild.invalid'));
      workshop.sign('stranger@gild.invalid', [foreign]);
      workshop.publish(UPDATES, [unsigned, foreign]);
      try {
        for (const [name, found] of [
          ['unsigned', 'no signature'],
          ['foreign', `a signature by ${stranger.slice(-16)}`],
        ] as const) {
          const error = await fault(build(recipe(name, { packages: [name] })));
          expect([error.code, error.retryable]).toStrictEqual(['REPOSITORY_UNTRUSTED', false]);
          expect(error.message.split('\n')).toStrictEqual([
            `Checking packages: ${name} 1.0-1 from ${mirror.url}/${UPDATES}/ is not signed by its pinned key.`,
            `Expected: a signature by ${fingerprintOf(key)} (the key told in the row of fedora 43 under \`mirrors\` in agent.yaml).`,
            `Found: ${found}.`,
            'If you trust who made the package, have it signed and tell the key as `key` in the row of fedora 43 under `mirrors` in agent.yaml; else tell another mirror.',
          ]);
        }
      } finally {
        workshop.publish(UPDATES, []);
      }
    },
    LIMIT_MS,
  );
  it(
    'says of a package from a repository of a taskserv that it is for the taskserv to mend',
    async () => {
      const theirs = workshop.key('vendor@gild.invalid');
      const names = ['vendor', 'vendor-data'];
      workshop.publish(
        'vendor',
        names.map((name) => workshop.make({ name, files: { [`/usr/share/${name}`]: '' } })),
      );
      const uri = `${mirror.url}/vendor`;
      const repository = { name: 'vendor', uri, suite: './', components: [], key: theirs };
      const error = await fault(build(recipe('vendor', { packages: names, repositories: [repository] })));
      expect(error.code).toBe('REPOSITORY_UNTRUSTED');
      expect(error.message.split('\n')).toStrictEqual([
        `Checking packages: vendor 1.0-1 from ${uri}/ is not signed by its pinned key, nor is 1 other package.`,
        `Expected: a signature by ${fingerprintOf(theirs)} (the key that repository vendor of its taskserv has).`,
        'Found: no signature.',
        'If you trust who made the package, have it signed and put the key into the taskserv; else take the repository out.',
      ]);
    },
    LIMIT_MS,
  );
  it(
    'refuses a package that is not what the index says, however well it is signed',
    async () => {
      const [honest = '', other = ''] = mirror.signed(
        ['1', '2'].map((content) => ({ name: 'replaced', files: { '/usr/share/replaced': content } })),
      );
      const place = workshop.publish(UPDATES, [honest]);
      try {
        const change = recipe('replaced', { packages: ['replaced'] });
        const [, resolved] = await resolve(BASE, change);
        await copyFile(other, join(place, basename(honest)));
        const error = await fault(buildOn(toolchain, { recipe: change, resolved, lower: [base] }));
        expect([error.code, error.retryable]).toStrictEqual(['MIRROR_UNREACHABLE', true]);
        expect(error.message).toMatch(/replaced-1\.0-1\.noarch.*checksum/is);
      } finally {
        workshop.publish(UPDATES, []);
      }
    },
    LIMIT_MS,
  );
  it(
    'says when a mirror lacks a package of its index, and needs no mirror for those it has',
    async () => {
      const honest = mirror.signed([{ name: 'swapped', files: { '/usr/share/swapped': '1' } }]);
      const place = workshop.publish(UPDATES, honest);
      const change = recipe('swapped', { packages: ['swapped'] });
      const [, resolved] = await resolve(BASE, change);
      const name = (await readdir(place)).find((file) => file.endsWith('.rpm')) ?? '';
      await mkdir(join(workshop.home, 'aside'));
      await rename(join(place, name), join(workshop.home, 'aside', name));
      const gone = await fault(buildOn(toolchain, { recipe: change, resolved, lower: [base] }));
      expect(gone.code).toBe('MIRROR_UNREACHABLE');
      await rename(join(workshop.home, 'aside', name), join(place, name));
      await buildOn(toolchain, { recipe: change, resolved, lower: [base] });
      workshop.publish(UPDATES, []);
      const layer = await buildOn(toolchain, { recipe: change, resolved, lower: [base] });
      expect(await readFile(join(layer, 'usr/share/swapped'), 'utf8')).toBe('1');
    },
    LIMIT_MS,
  );
});
