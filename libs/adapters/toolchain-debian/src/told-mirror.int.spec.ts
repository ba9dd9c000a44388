import { appendFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayerRecipe, Target } from '@gild/contracts';
import { hostArch } from '@gild/node-runtime';
import {
  type AptRepository,
  clockOfTheHost,
  isWholeRun,
  namesOfBase,
  OpenPgpKey,
  ReleaseMirrors,
  standIn,
  TEST_VERSION,
} from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';
import { archOf, defaultMirrors, releaseOf } from './releases.js';
import type { DebianToolchainOptions } from './toolchain-options.js';
import { context, fault, home, LIMIT_MS, newFolder, recipe, sandbox } from './toolchain-under-test.spec.js';

const targetOf = (distribution: 'debian' | 'ubuntu', release: string): Target => ({
  ...{ distribution, release, arch: hostArch() },
});
/** The newest of one, the oldest of the other; all where a run is to take its time. */
const RELEASES = isWholeRun
  ? { ubuntu: ['20.04', '22.04', '24.04', '26.04'], debian: ['11'] }
  : { ubuntu: ['26.04'], debian: ['11'] };
const TARGETS = [
  ...RELEASES.ubuntu.map((release) => targetOf('ubuntu', release)),
  ...RELEASES.debian.map((release) => targetOf('debian', release)),
];

const NEWER = '1.2-1test2';
const SITE = recipe('site', {
  packages: ['site'],
  seeds: [{ path: '/etc/site.seed', content: 'seeded\n', mode: '0644' }],
  scripts: [{ name: 'count', content: 'cat /var/lib/site/configured /var/lib/site/configured >/srv/twice' }],
});
const CONFIGURING = 'mkdir -p /var/lib/site /srv; cat /etc/site.seed >/var/lib/site/configured';

const namesOf = (target: Target) => namesOfBase(releaseOf(target), target.arch);
const baseOf = (target: Target) =>
  recipe('base', { kind: 'bootstrap', packages: [...namesOf(target), 'passwd'] });

const LATER = {
  updates: [{ name: 'site', version: NEWER, depends: ['passwd'], postinst: CONFIGURING }],
  security: [{ ...standIn('passwd'), version: NEWER }],
};

let key: OpenPgpKey;
let stranger: OpenPgpKey;
let mirrors: ReleaseMirrors;

beforeAll(async () => {
  [key, stranger] = [await OpenPgpKey.made('mirror'), await OpenPgpKey.made('stranger')];
  mirrors = await ReleaseMirrors.made(TARGETS.map(releaseOf), hostArch(), {
    more: ['passwd', 'site'],
    later: LATER,
  });
}, LIMIT_MS);

afterAll(async () => {
  await sandbox.remove(home);
  await Promise.all([key.remove(), stranger.remove(), mirrors.remove()]);
}, LIMIT_MS);

describe.each(TARGETS)('a mirror of $distribution $release that signs with a key that was told', (target) => {
  const row = `${target.distribution} ${target.release}`;
  const index = `dists/${releaseOf(target).codename}/main/binary-${archOf(target).packageArch}/Packages`;
  let repository: AptRepository;

  const toolchain = (options: Pick<DebianToolchainOptions, 'indexAgeMs'> = {}) => {
    const told = { main: repository.url, security: `${repository.url}/`, key: key.armoured };
    return debianToolchain({ sandbox, clock: clockOfTheHost, mirrors: { [row]: told }, ...options });
  };
  /** Each with a cache of its own: what was fetched before does not count. */
  const fresh = async () => context({ cacheDir: await newFolder('cache') });
  /** With the indexes of the mirror as it was. */
  const filled = async () => {
    const work = await fresh();
    await toolchain().resolve(target, layers, work);
    return work;
  };
  const layers = [baseOf(target), SITE];

  beforeAll(async () => {
    repository = await mirrors.mirrorOf(releaseOf(target));
  }, LIMIT_MS);
  beforeEach(() => repository.signWith(key), LIMIT_MS);
  afterAll(() => repository.remove());

  /** Makes the second recipe on the first. */
  const buildBoth = async (recipes: readonly [LayerRecipe, LayerRecipe]) => {
    const resolved = await toolchain().resolve(target, recipes, await context());
    const made: string[] = [];
    for (const [at, one] of recipes.entries()) {
      const work = await context();
      const upper = await newFolder('upper');
      const its = resolved[at] ?? { packages: [] };
      await toolchain().build(
        { target, recipe: one, resolved: its, repositoriesBelow: [], lower: made, upper },
        work,
      );
      expect(await readdir(work.workDir)).toStrictEqual([]);
      made.push(upper);
    }
    const [base = '', site = ''] = made;
    return { base, site, installed: await toolchain().installed(target, made, await context()) };
  };

  it(
    'gives what a base and a layer on it are made of, and is not named in them',
    async () => {
      const { base, site, installed } = await buildBoth([baseOf(target), SITE]);
      const versions = new Map(installed.map(({ name, version }) => [name, version]));
      expect([...versions.keys()]).toStrictEqual(expect.arrayContaining(namesOf(target)));
      expect(versions).toMatchObject(
        new Map([...versions, ['dpkg', TEST_VERSION], ['passwd', NEWER], ['site', NEWER]]),
      );
      expect(await readFile(join(site, 'srv/twice'), 'utf8')).toBe('seeded\nseeded\n');
      const sources = await readFile(
        join(base, `etc/apt/sources.list.d/${target.distribution}.sources`),
        'utf8',
      );
      expect(sources).toContain(`URIs: ${defaultMirrors(target).main}\n`);
      expect(sources).not.toContain(repository.url);
    },
    LIMIT_MS,
  );

  it(
    'gives a layer the version that is pinned, where there is a newer one',
    async () => {
      const pinned = recipe('pinned', { packages: [`site=${TEST_VERSION}`] });
      const { installed } = await buildBoth([baseOf(target), pinned]);
      expect(installed.find(({ name }) => name === 'site')?.version).toBe(TEST_VERSION);
    },
    LIMIT_MS,
  );

  const another = {
    change: 'signs with another key',
    changed: () => repository.signWith(stranger),
    found: () => `a signature by ${stranger.fingerprint.slice(-16)}`,
  };
  const none = { change: 'does not sign', changed: () => repository.unsign(), found: () => 'no signature' };

  const page = {
    change: 'is behind a network that asks who one is',
    changed: async () => {
      for (const { suite } of releaseOf(target).suites)
        await writeFile(join(repository.folder, 'dists', suite, 'InRelease'), '<html>Log in</html>\n');
    },
    found: () => "Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)",
  };
  const caches = [
    { cache: 'a new cache', prepared: fresh },
    { cache: 'one that has its indexes', prepared: filled },
  ];

  it.each(caches.flatMap((cache) => [another, none, page].map((change) => ({ ...change, ...cache }))))(
    'is refused when it $change, with $cache',
    async ({ changed, found, prepared }) => {
      const work = await prepared();
      const before = await taken(work);
      await changed();
      const { code, retryable, message } = await fault(
        toolchain({ indexAgeMs: 0 }).resolve(target, layers, work),
      );
      expect([code, retryable]).toStrictEqual(['REPOSITORY_UNTRUSTED', false]);
      const { codename } = releaseOf(target);
      expect(message.split('\n')).toStrictEqual([
        `Reading the package indexes: ${repository.url} (${codename}, ${codename}-updates, ${codename}-security) is not signed by its pinned key.`,
        `Expected: a signature by ${key.fingerprint} (the key told in the row of ${row} under \`mirrors\` in agent.yaml).`,
        `Found: ${found()}.`,
        `If you trust who signs there, have it sign its indexes and tell its key as \`key\` in the row of ${row} under \`mirrors\` in agent.yaml; else tell another mirror.`,
      ]);
      expect(await taken(work)).toStrictEqual(before);
    },
    LIMIT_MS,
  );

  it(
    'is refused while an index is not the one it signed, and is taken once it is',
    async () => {
      const work = await fresh();
      const path = join(repository.folder, index);
      const signed = await readFile(path);
      await appendFile(path, '\nPackage: added-later\n');
      const { code, retryable, message } = await fault(toolchain().resolve(target, layers, work));
      expect([code, retryable]).toStrictEqual(['MIRROR_UNREACHABLE', true]);
      expect(message).toContain(`${repository.url}/${index} is not what the signed index`);
      expect(message).toMatch(/^Expected: (SHA256:[0-9a-f]{64}|\d+ bytes)\.$/m);
      expect(message).toMatch(/^Found: (SHA256:[0-9a-f]{64}|\d+ bytes)\.$/m);
      expect(message).toContain('name another one under `mirrors` in agent.yaml');
      expect(await taken(work)).toStrictEqual([]);
      await writeFile(path, signed);
      const [base, site] = await toolchain().resolve(target, layers, work);
      expect(base?.packages.length).toBeGreaterThan(20);
      expect(site?.packages.map(({ name }) => name)).toStrictEqual(['site']);
    },
    LIMIT_MS,
  );

  it(
    'is refused when a package is not the one of the index, and nothing of the layer is there',
    async () => {
      const work = await fresh();
      const [resolved = { packages: [] }] = await toolchain().resolve(target, layers, work);
      const folder = join(repository.folder, `pool/${releaseOf(target).codename}/main`);
      const names = await readdir(folder);
      const archive = join(folder, names.find((name) => name.startsWith('sudo_')) ?? '');
      const original = await readFile(archive);
      await writeFile(archive, original.toReversed());
      const upper = await newFolder('upper');
      const layer = { target, recipe: baseOf(target), resolved, repositoriesBelow: [], lower: [], upper };
      const { code, message } = await fault(toolchain().build(layer, work));
      await writeFile(archive, original);
      expect(code).toBe('MIRROR_UNREACHABLE');
      expect(message).toMatch(/sudo_\S+ is not what the signed index/);
      const { sha256 } = resolved.packages.find(({ name }) => name === 'sudo') ?? {};
      expect(message).toContain(`Expected: SHA256:${String(sha256)}.\nFound: SHA256:`);
      expect(await readdir(upper)).toStrictEqual([]);
      expect(await readdir(work.workDir)).toStrictEqual([]);
    },
    LIMIT_MS,
  );
});

it(
  'a repository of a taskserv is refused under another key than its own, which is for the taskserv to mend',
  async () => {
    const [target = targetOf('ubuntu', '24.04')] = TARGETS;
    const [own, vendor] = [
      await mirrors.mirrorOf(releaseOf(target)),
      await mirrors.mirrorOf(releaseOf(target)),
    ];
    try {
      await own.signWith(key);
      await vendor.signWith(stranger);
      const told = { main: own.url, security: own.url, key: key.armoured };
      const toolchain = debianToolchain({ sandbox, clock: clockOfTheHost, mirrors: { ubuntu: told } });
      const { codename: suite } = releaseOf(target);
      const repository = { name: 'vendor', uri: vendor.url, suite, components: ['main'], key: key.armoured };
      const layers = [baseOf(target), { ...SITE, repositories: [repository] }];
      const { code, message } = await fault(toolchain.resolve(target, layers, await context()));
      expect(code).toBe('REPOSITORY_UNTRUSTED');
      expect(message.split('\n')).toStrictEqual([
        `Reading the package indexes: ${vendor.url} (${suite}) is not signed by its pinned key.`,
        `Expected: a signature by ${key.fingerprint} (the key that repository vendor of its taskserv has).`,
        `Found: a signature by ${stranger.fingerprint.slice(-16)}.`,
        'If you trust who signs there, have it sign its indexes and put its key into the taskserv; else take the repository out.',
      ]);
    } finally {
      await Promise.all([own.remove(), vendor.remove()]);
    }
  },
  LIMIT_MS,
);

/** What a cache has of the main suite of a mirror, and what was chosen from it. */
const OF_A_MIRROR =
  /lists\/[^/]*_dists_[a-z]+_(InRelease|Release|main_.*Packages)$|resolutions\/|refreshed|\.deb$/;

/** Of what is refused nothing is taken: it stays as it was. */
const taken = async ({ workDir, cacheDir }: { workDir: string; cacheDir: string }) => {
  expect(await readdir(workDir)).toStrictEqual([]);
  const names = (await readdir(cacheDir, { recursive: true })).filter((name) => OF_A_MIRROR.test(name));
  return Promise.all(names.sort().map(async (name) => [name, await readFile(join(cacheDir, name), 'utf8')]));
};
