import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AptRelease, type GoldenImageBuildJob, osRelease, signedLoaders } from '@gild/contracts';
import {
  type AptRepository,
  OpenPgpKey,
  ReleaseMirrors,
  standIn,
  TEST_ARCH,
  TEST_VERSION,
} from '@gild/testing';
import { GildHome } from './gild-home.js';
import { nothing } from './leftovers.js';

const LIMIT_MS = 300_000;
const NEWER = '1.2-1test2';
const RELEASE = osRelease('ubuntu', '26.04') as AptRelease;
const LOADERS = signedLoaders('ubuntu', '26.04', TEST_ARCH)?.packages ?? [];

const farm = new GildHome();
let mirrors: ReleaseMirrors;
let mirror: AptRepository;
let key: OpenPgpKey;
let stranger: OpenPgpKey;

const definition = farm.file(
  'web.yaml',
  `name: web\nbase_os: ubuntu\nos_version: '26.04'\narch: ${TEST_ARCH}\ntaskservs: [nginx]\ndisk_size_gb: 10\n`,
);

/** As the guide says that a mirror with a key of its own is told. */
const tell = (signer: OpenPgpKey): void => {
  mkdirSync(farm.home, { recursive: true });
  writeFileSync(join(farm.home, 'own-mirror.asc'), signer.armoured);
  writeFileSync(
    join(farm.home, 'agent.yaml'),
    `mirrors:\n  ubuntu 26.04: { main: '${mirror.url}', security: '${mirror.url}', key: own-mirror.asc }\n`,
  );
};

beforeAll(async () => {
  [key, stranger] = [await OpenPgpKey.made('mirror'), await OpenPgpKey.made('stranger')];
  mirrors = await ReleaseMirrors.made([RELEASE], TEST_ARCH, {
    more: ['nginx', ...LOADERS, ...RELEASE.packages.automaticUpdates],
    later: { updates: [{ ...standIn('nginx'), version: NEWER }], security: [] },
  });
  mirror = await mirrors.mirrorOf(RELEASE);
  await mirror.signWith(key);
}, LIMIT_MS);

afterAll(async () => {
  farm.remove();
  await Promise.all([mirror.remove(), mirrors.remove(), key.remove(), stranger.remove()]);
});

type Planned = { steps: { name: string; packages?: string[] }[] };

describe('a mirror that agent.yaml tells with a key', () => {
  it(
    'is what images of its release are planned from',
    async () => {
      tell(key);
      const { steps } = await farm.json<Planned>('plan', definition);
      const packages = new Map(steps.map((step) => [step.name, step.packages]));
      expect(packages.get('taskserv:nginx')).toStrictEqual([`nginx ${NEWER}`]);
      expect(packages.get('prepare_base')).toStrictEqual(
        expect.arrayContaining(
          ['systemd', 'linux-image-virtual', 'dpkg'].map((name) => `${name} ${TEST_VERSION}`),
        ),
      );
    },
    LIMIT_MS,
  );

  it(
    'takes the version that a definition pins, where there is a newer one',
    async () => {
      tell(key);
      const pinned = farm.file(
        'pinned.yaml',
        `${readFileSync(definition, 'utf8')}taskserv_versions: {nginx: '${TEST_VERSION}'}\n`,
      );
      const { steps } = await farm.json<Planned>('plan', pinned);
      const nginx = steps.find(({ name }) => name === 'taskserv:nginx');
      expect(nginx?.packages).toStrictEqual([`nginx ${TEST_VERSION}`]);
    },
    LIMIT_MS,
  );

  it(
    'ends a build when it signs with another key, with both keys and what to do, and leaves nothing',
    async () => {
      tell(stranger);
      const { code, stdout } = await farm.run('build', definition);
      expect(code).toBe(1);
      expect(stdout).toContain(`${mirror.url} (resolute, resolute-updates, resolute-security) is not signed`);
      expect(stdout).toContain(
        `Expected: a signature by ${stranger.fingerprint} (the key told in the row of ubuntu 26.04`,
      );
      expect(stdout).toContain(`Found: a signature by ${key.fingerprint.slice(-16)}.`);
      expect(stdout).toContain(
        'tell its key as `key` in the row of ubuntu 26.04 under `mirrors` in agent.yaml',
      );
      const jobs = await farm.json<GoldenImageBuildJob[]>('jobs');
      expect(jobs).toMatchObject([{ status: 'failed', failure_code: 'REPOSITORY_UNTRUSTED' }]);
      expect((await farm.run('versions', 'web')).stdout).not.toContain('1.0.0');
      expect(farm.leftovers()).toStrictEqual(nothing);
    },
    LIMIT_MS,
  );
});
