import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerRecipe, ResolvedLayer, Target } from '@gild/contracts';
import type { Fault, WorkContext } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost } from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';
import { hostMirrors } from './mirrors.js';
import { releaseOf } from './releases.js';

const target: Target = { distribution: 'debian', release: '12', arch: 'x86_64' };
const sandbox = linuxSandbox();
const toolchain = debianToolchain({ sandbox, clock: clockOfTheHost });
const PAYLOAD = 'fetched from elsewhere\n';

/** Downloads and builds on a machine that may be busy. */
const LIMIT_MS = 120_000;

let home: string;
let server: Server;
let log = '';
const base: { upper: string; resolved: ResolvedLayer } = { upper: '', resolved: { packages: [] } };

const recipe = (name: string, parts: Partial<LayerRecipe>): LayerRecipe => ({
  name,
  kind: 'change',
  repositories: [],
  upgrade: false,
  packages: [],
  seeds: [],
  downloads: [],
  files: [],
  scripts: [],
  enable: [],
  disable: [],
  ...parts,
});

const BASE = recipe('base', { kind: 'bootstrap', packages: ['systemd-sysv'] });

const context = async (parts: Partial<WorkContext> = {}): Promise<WorkContext> => ({
  workDir: await mkdtemp(join(home, 'work-')),
  cacheDir: join(home, 'cache'),
  log: (chunk) => void (log += Buffer.from(chunk).toString()),
  signal: new AbortController().signal,
  idleLimitMs: 60_000,
  ...parts,
});

const folder = async (name: string) => {
  await mkdir(join(home, name));
  return join(home, name);
};

const fault = async (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    () => Promise.reject(new Error('it went well')),
    (error: Fault) => error,
  );

const resolve = async (...layers: LayerRecipe[]) => toolchain.resolve(target, layers, await context());

/** Makes a layer on the base and says where it is. */
const build = async (change: LayerRecipe, parts: Partial<WorkContext> = {}) => {
  const upper = await mkdtemp(join(home, 'upper-'));
  const resolved = (await resolve(BASE, change))[1] ?? { packages: [] };
  await toolchain.build(
    { target, recipe: change, resolved, lower: [base.upper], upper },
    await context(parts),
  );
  return upper;
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-toolchain-'));
  await chmod(home, 0o755);
  await mkdir(join(home, 'cache'));
  server = createServer((request, response) => {
    response.statusCode = request.url === '/payload' ? 200 : 404;
    response.end(PAYLOAD);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base.upper = await folder('base');
  base.resolved = (await resolve(BASE))[0] ?? base.resolved;
  const layer = { target, recipe: BASE, resolved: base.resolved, lower: [], upper: base.upper };
  await toolchain.build(layer, await context());
}, LIMIT_MS);

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await sandbox.remove(home);
}, LIMIT_MS);

describe('resolving', () => {
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
      log = '';
      expect(await resolve(BASE)).toStrictEqual([base.resolved]);
      expect(log).toBe('');
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
      const error = await fault(
        resolve(BASE, recipe('mail', { packages: ['postfix', 'exim4-daemon-light'] })),
      );
      expect(error.code).toBe('PACKAGE_CONFLICT');
      expect(error.message).toMatch(/postfix.*exim4|exim4.*postfix/s);
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
        mirrors: { main: nowhere, security: nowhere },
      });
      const error = await fault(
        cut.resolve(target, [BASE], await context({ cacheDir: await folder('cut') })),
      );
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
});

describe('the base', () => {
  it(
    'holds exactly the packages of its resolution',
    async () => {
      const installed = await toolchain.installed([base.upper], await context());
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
      expect(await readdir(at('var/lib/apt/lists'))).toStrictEqual([]);
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
      expect(log).toContain('Running script offline');
    },
    LIMIT_MS,
  );
  it(
    'takes packages of an extra repository under its pinned key, and of one added earlier',
    async () => {
      const { main } = await hostMirrors(releaseOf(target));
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
        { target, recipe: first, resolved: one, lower: [base.upper], upper: uppers[0] },
        await context(),
      );
      await toolchain.build(
        { target, recipe: second, resolved: two, lower: [base.upper, uppers[0]], upper: uppers[1] },
        await context(),
      );
      expect(await readFile(join(uppers[0], 'etc/apt/sources.list.d/backports.sources'), 'utf8')).toContain(
        'Signed-By: /etc/apt/keyrings/backports.asc',
      );
      const names = (await toolchain.installed([base.upper, ...uppers], await context())).map(
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
      const folders = [
        'var/lib/apt/lists',
        'var/log',
        'var/cache/apt',
        'var/cache/debconf',
        'etc/ssh',
        'etc',
      ];
      const files = [
        'x_Packages',
        'dpkg.log',
        'pkgcache.bin',
        'templates.dat-old',
        'ssh_host_a_key',
        'shadow-',
      ];
      for (const file of files) await writeFile(join(victim, file), 'precious');
      for (const path of [victim, ...files.map((file) => join(victim, file))]) await chmod(path, 0o777);
      const content = `set -eu
mkdir -p /moved ${victim}; for file in ${files.join(' ')}; do echo >/moved/$file; echo >${victim}/$file; done; echo 1 >/moved/kept
for folder in ${folders.slice(0, -1).join(' ')}; do rm -rf /$folder; ln -s ${victim} /$folder; done
rm -rf /var/log; ln -s /moved /var/log
rm -rf /root; ln -s ../../../../..${victim} /root`;
      const upper = await build(recipe('links', { scripts: [{ name: 'links', content }] }));
      expect((await readdir(victim)).sort()).toStrictEqual(files.toSorted());
      expect(await readdir(join(upper, victim))).toStrictEqual([]);
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
      expect(error.message).toContain(`expected sha256 ${pinned.sha256}`);
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
    'ends a script that says nothing',
    async () => {
      const silent = recipe('silent', { scripts: [{ name: 'silent', content: 'exec sleep 1000' }] });
      const error = await fault(build(silent, { idleLimitMs: 1_000 }));
      expect(error.code).toBe('SANDBOX_SILENT');
    },
    LIMIT_MS,
  );
  it(
    'leaves nothing in the build folder',
    async () => {
      const work = await context();
      const change = recipe('small', { files: [{ path: '/etc/small', content: '', mode: '0644' }] });
      await toolchain.build(
        {
          target,
          recipe: change,
          resolved: { packages: [] },
          lower: [base.upper],
          upper: await folder('small'),
        },
        work,
      );
      expect(await readdir(work.workDir)).toStrictEqual([]);
    },
    LIMIT_MS,
  );
});
