import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { LayerRecipe, ResolvedLayer } from '@gild/contracts';
import type { WorkContext } from '@gild/ports';
import { clockOfTheHost } from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';
import { hostMirrors } from './mirrors.js';
import { releaseOf } from './releases.js';
import {
  BASE,
  context,
  fault,
  folder,
  home,
  LIMIT_MS,
  log,
  newFolder,
  recipe,
  resolve,
  sandbox,
  target,
  toolchain,
} from './toolchain-under-test.spec.js';

const PAYLOAD = 'fetched from elsewhere\n';

let server: Server;
const base: { upper: string; resolved: ResolvedLayer } = { upper: '', resolved: { packages: [] } };

/** Makes a layer on the base and says where it is. */
const build = async (change: LayerRecipe, parts: Partial<WorkContext> = {}) => {
  const upper = await newFolder('upper');
  const resolved = (await resolve(BASE, change))[1] ?? { packages: [] };
  await toolchain.build(
    { target, recipe: change, resolved, repositoriesBelow: [], lower: [base.upper], upper },
    await context(parts),
  );
  return upper;
};

/** A layer whose scripts put something of their own where an image says where its packages come from. */
const scribbled = async () => {
  const layer = await folder('scribbled');
  await mkdir(join(layer, 'etc/apt/sources.list.d'), { recursive: true });
  await symlink('/nowhere', join(layer, 'etc/apt/sources.list.d/gone.sources'));
  return layer;
};

beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === '/payload' ? 200 : 404;
    response.end(PAYLOAD);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base.upper = await folder('base');
  base.resolved = (await resolve(BASE))[0] ?? base.resolved;
  const layer = { target, recipe: BASE, resolved: base.resolved, lower: [], upper: base.upper };
  await toolchain.build({ ...layer, repositoriesBelow: [] }, await context());
}, LIMIT_MS);

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await sandbox.remove(home);
}, LIMIT_MS);

describe('the base', () => {
  it(
    'holds exactly the packages of its resolution',
    async () => {
      const installed = await toolchain.installed(target, [base.upper], await context());
      const pick = ({ name, version }: { name: string; version: string }) => `${name} ${version}`;
      expect(installed.map(pick).sort()).toStrictEqual(base.resolved.packages.map(pick).sort());
      expect(installed.find(({ name }) => name === 'libc6')?.source).toBe('glibc');
    },
    LIMIT_MS,
  );
  it(
    'holds nothing of one machine, one moment or the host',
    async () => {
      const { epoch } = releaseOf(target);
      const at = (path: string) => join(base.upper, path);
      expect(await readFile(at('etc/machine-id'), 'utf8')).toBe('');
      expect(await readFile(at('etc/resolv.conf'), 'utf8')).toBe('');
      expect(await readdir(at('var/lib/apt/lists'))).toStrictEqual(['partial']);
      expect(await readdir(at('var/log/apt'))).toStrictEqual([]);
      for (const gone of [
        'usr/sbin/policy-rc.d',
        'etc/hostname',
        'var/log/dpkg.log',
        'etc/shadow-',
        'run/apt',
      ]) {
        await expect(lstat(at(gone))).rejects.toThrow('ENOENT');
      }
      expect((await lstat(at('etc/shadow'))).mtimeMs / 1000).toBeGreaterThanOrEqual(epoch);
      expect((await lstat(at('etc/shadow'))).mtimeMs).toBeLessThan(
        (await lstat(home)).birthtimeMs - 86_400_000 / 24,
      );
      expect(await readFile(at('etc/apt/sources.list.d/debian.sources'), 'utf8')).toContain(
        'URIs: http://deb.debian.org/debian\n',
      );
    },
    LIMIT_MS,
  );
});

it(
  'counts what it just downloaded as just used, whatever time a mirror gives it',
  async () => {
    const inAMinute = new Date(Date.now() + 60_000).toISOString();
    const ahead = debianToolchain({ sandbox, clock: { ...clockOfTheHost, now: () => inAMinute } });
    const change = recipe('hello', { packages: ['hello'] });
    const [, resolved = { packages: [] }] = await resolve(BASE, change);
    const layer = { target, recipe: change, resolved, repositoriesBelow: [], lower: [base.upper] };
    await ahead.build({ ...layer, upper: await folder('hello') }, await context());
    const archives = join(home, 'cache/debian/archives');
    const name = (await readdir(archives)).find((file) => /^hello_.*\.deb$/.test(file)) ?? '';
    expect((await lstat(join(archives, name))).mtime.toISOString()).toBe(inAMinute);
  },
  LIMIT_MS,
);

describe('a layer on top', () => {
  it(
    'applies every part of its recipe',
    async () => {
      const port = (server.address() as AddressInfo).port;
      const upper = await build(
        recipe('all', {
          packages: ['redis-tools'],
          seeds: [{ path: '/etc/seeded', content: 'before\n', mode: '0600' }],
          downloads: [
            {
              url: `http://127.0.0.1:${port}/payload`,
              sha256: createHash('sha256').update(PAYLOAD).digest('hex'),
              path: '/opt/a b/payload',
              mode: '0644',
            },
          ],
          files: [
            {
              path: '/etc/systemd/system/hello.service',
              content: '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
              mode: '0644',
            },
            { path: '/srv/owned', content: '', mode: '0640', owner: 'games', group: 'mail' },
          ],
          scripts: [
            {
              name: 'offline',
              content:
                'set -eu\nredis-cli --version >/srv/version\ntail -n +3 /proc/net/dev | cut -d: -f1 >/srv/interfaces\n',
            },
            { name: 'mark', content: 'echo "$SOURCE_DATE_EPOCH" >/srv/epoch; exit 0' },
          ],
          enable: ['hello.service'],
          disable: ['getty@.service'],
        }),
      );
      const read = async (path: string) => readFile(join(upper, path), 'utf8');
      expect(await read('etc/seeded')).toBe('before\n');
      expect(await read('opt/a b/payload')).toBe(PAYLOAD);
      expect(await read('srv/version')).toMatch(/^redis-cli 7\.0\./);
      expect((await read('srv/interfaces')).trim()).toBe('lo');
      expect(await readlink(join(upper, 'etc/systemd/system/multi-user.target.wants/hello.service'))).toBe(
        '/etc/systemd/system/hello.service',
      );
      const owned = await lstat(join(upper, 'srv/owned'));
      const root = await lstat(join(upper, 'etc/seeded'));
      expect([owned.mode & 0o777, root.mode & 0o777, owned.uid !== root.uid]).toStrictEqual([
        0o640,
        0o600,
        true,
      ]);
      expect((await lstat(join(upper, 'srv/version'))).mtimeMs / 1000).toBe(Number(await read('srv/epoch')));
      expect(log.text).toContain('Running script offline');
    },
    LIMIT_MS,
  );
  it(
    'takes packages of an extra repository under its pinned key, and of one added earlier',
    async () => {
      const { main } = await hostMirrors(target);
      const key = await readFile('/usr/share/keyrings/debian-archive-bookworm-automatic.asc', 'utf8').catch(
        () => readFile('/etc/apt/trusted.gpg.d/debian-archive-bookworm-automatic.asc', 'utf8'),
      );
      const backports = {
        name: 'backports',
        uri: main,
        suite: 'bookworm-backports',
        components: ['main'],
        key,
      };
      const first = recipe('repository', { repositories: [backports] });
      const second = recipe('package', { packages: ['golang-github-google-uuid-dev'] });
      const resolved = await resolve(BASE, first, second);
      const uppers = [await folder('repository'), await folder('package')] as const;
      const [, one = { packages: [] }, two = { packages: [] }] = resolved;
      await toolchain.build(
        {
          ...{ target, recipe: first, resolved: one, repositoriesBelow: [] },
          ...{ lower: [base.upper], upper: uppers[0] },
        },
        await context(),
      );
      await toolchain.build(
        {
          ...{ target, recipe: second, resolved: two, repositoriesBelow: [backports] },
          ...{ lower: [base.upper, uppers[0]], upper: uppers[1] },
        },
        await context(),
      );
      expect(await readFile(join(uppers[0], 'etc/apt/sources.list.d/backports.sources'), 'utf8')).toContain(
        'Signed-By: /etc/apt/keyrings/backports.asc',
      );
      const names = (await toolchain.installed(target, [base.upper, ...uppers], await context())).map(
        ({ name }) => name,
      );
      expect(names).toContain('golang-github-google-uuid-dev');
    },
    LIMIT_MS,
  );
  it(
    'cleans within itself only, wherever its links lead',
    async () => {
      const victim = await mkdtemp('/var/tmp/gild-victim-');
      const folders = ['var/log', 'var/cache/apt', 'var/cache/debconf', 'etc/ssh', 'etc'];
      const files = ['dpkg.log', 'pkgcache.bin', 'templates.dat-old', 'ssh_host_a_key', 'shadow-'];
      for (const file of files) await writeFile(join(victim, file), 'precious');
      for (const path of [victim, ...files.map((file) => join(victim, file))]) await chmod(path, 0o777);
      const content = `set -eu
mkdir -p /moved ${victim}; for file in ${files.join(' ')}; do echo >/moved/$file; echo >${victim}/$file; done; echo 1 >/moved/kept
for folder in ${folders.slice(0, -1).join(' ')}; do rm -rf /$folder; ln -s ${victim} /$folder; done
rm -rf /var/log; ln -s /moved /var/log
rm -rf /root; ln -s ../../../../..${victim} /root`;
      const upper = await build(recipe('links', { scripts: [{ name: 'links', content }] }));
      expect((await readdir(victim)).sort()).toStrictEqual(files.toSorted());
      // No link leads from a folder of theirs to these.
      expect((await readdir(join(upper, victim))).sort()).toStrictEqual(['dpkg.log', 'shadow-']);
      expect((await readdir(join(upper, 'moved'))).sort()).toStrictEqual(
        ['kept', ...files.filter((file) => file !== 'dpkg.log')].sort(),
      );
      await rm(victim, { recursive: true });
    },
    LIMIT_MS,
  );
  it(
    'refuses a download that is not what was pinned',
    async () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/payload`;
      const pinned = { url, sha256: 'b'.repeat(64), path: '/opt/x', mode: '0644' };
      const error = await fault(build(recipe('download', { downloads: [pinned] })));
      expect(error.code).toBe('DOWNLOAD_MISMATCH');
      expect(error.message).toContain(`Expected: sha256 ${pinned.sha256}.\nFound: sha256 `);
    },
    LIMIT_MS,
  );
  it(
    'resolves names as the host does in a script that asks for network',
    async () => {
      const content = 'set -eu\ncp /etc/resolv.conf /etc/hosts /srv/\n';
      const upper = await build(recipe('online', { scripts: [{ name: 'online', content, network: true }] }));
      for (const name of ['resolv.conf', 'hosts']) {
        expect(await readFile(join(upper, 'srv', name), 'utf8')).toBe(
          await readFile(join('/etc', name), 'utf8'),
        );
      }
      expect(await readdir(join(upper, 'etc')).catch(() => [])).toStrictEqual([]);
    },
    LIMIT_MS,
  );
  it(
    'fails with the last words of a script',
    async () => {
      const error = await fault(
        build(recipe('broken', { scripts: [{ name: 'broken', content: 'echo the reason\nexit 7' }] })),
      );
      expect([error.code, error.retryable]).toStrictEqual(['SCRIPT_FAILED', false]);
      expect(error.message).toContain(
        'Script broken ended with exit code 7. The last it printed:\nthe reason',
      );
    },
    LIMIT_MS,
  );
  it(
    'fails with the last words of dpkg',
    async () => {
      const breaker = {
        path: '/etc/dpkg/dpkg.cfg.d/refuse',
        content: 'pre-invoke="echo dpkg was told to refuse; exit 3"\n',
        mode: '0644',
      };
      const error = await fault(build(recipe('refused', { packages: ['redis-tools'], seeds: [breaker] })));
      expect(error.code).toBe('PACKAGE_FAILED');
      expect(error.message).toContain('dpkg was told to refuse');
    },
    LIMIT_MS,
  );
  it(
    'reads a package anew when what was kept of it was cut off',
    async () => {
      const wanted = recipe('tools', { packages: ['redis-tools'] });
      await build(wanted);
      const store = join(home, 'cache/debian/archives');
      const controls = (await readdir(store)).filter((name) => name.endsWith('.control'));
      expect(controls.length).toBeGreaterThan(50);
      for (const name of controls) await truncate(join(store, name), 0);
      const upper = await build(wanted);
      expect((await lstat(join(upper, 'usr/bin/redis-cli'))).isFile()).toBe(true);
    },
    LIMIT_MS,
  );
  it(
    'makes the same layer whatever umask its process has',
    async () => {
      const port = (server.address() as AddressInfo).port;
      const content = 'secret of another build\n';
      const digest = createHash('sha256').update(PAYLOAD).digest('hex');
      const change = recipe('masked', {
        packages: ['nano'],
        seeds: [{ path: '/etc/seed/seeded', content, mode: '0644' }],
        downloads: [
          {
            url: `http://127.0.0.1:${port}/payload`,
            sha256: digest,
            path: '/opt/deep/payload',
            mode: '0644',
          },
        ],
        scripts: [{ name: 'make', content: 'mkdir /srv/made' }],
      });
      const modes = async (upper: string) => {
        const names = (await readdir(upper, { recursive: true })).sort();
        return Promise.all(
          ['.', ...names].map(async (name) => `${name} ${(await lstat(join(upper, name))).mode.toString(8)}`),
        );
      };
      const usual = process.umask(0o077);
      try {
        await rm(join(home, 'cache/downloads', digest), { force: true });
        const masked = await build(change, { cacheDir: await folder('fresh-cache') });
        process.umask(0o022);
        expect(await modes(masked)).toStrictEqual(await modes(await build(change)));
      } finally {
        process.umask(usual);
      }
    },
    LIMIT_MS,
  );
  it(
    'ends a script that says nothing',
    async () => {
      const silent = recipe('silent', { scripts: [{ name: 'silent', content: 'exec sleep 1000' }] });
      const error = await fault(build(silent, { idleLimitMs: 1_000 }));
      expect(error.code).toBe('BUILD_SILENT');
    },
    LIMIT_MS,
  );
  it(
    'leaves nothing in the build folder, and asks nothing of what scripts left among the sources',
    async () => {
      const work = await context();
      const change = recipe('small', { files: [{ path: '/srv/small', content: '', mode: '0644' }] });
      await toolchain.build(
        {
          target,
          recipe: change,
          resolved: { packages: [] },
          repositoriesBelow: [],
          lower: [base.upper, await scribbled()],
          upper: await folder('small'),
        },
        work,
      );
      expect(await readdir(work.workDir)).toStrictEqual([]);
    },
    LIMIT_MS,
  );
});
