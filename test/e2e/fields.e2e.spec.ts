import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenImageBuildJob } from '@gild/contracts';
import { isWholeRun } from '@gild/testing';
import { FIELD_PROOFS, KEY, STEP_PROOFS } from './field-proofs.js';
import { GildHome, repository } from './gild-home.js';
import { cellsOf, recordCells } from './support-cells.js';

const MINUTE_MS = 60_000;
const farm = new GildHome().shareCache();
afterAll(() => farm.remove());

const scripts = Object.entries({ ...FIELD_PROOFS, ...STEP_PROOFS }).flatMap(([name, proof]) =>
  'inside' in proof ? [{ name, script: proof.inside }] : [],
);

/** What is started in no time. PostgreSQL and Redis boot as often in the example. */
const LIGHT = ['nginx', 'haproxy', 'openssh', 'chrony', 'fail2ban'];
/** Downloads of their own, which few hosts that test reach. */
const DOWNLOADED = ['kubernetes', 'cilium'];
const catalogue = readdirSync(join(repository, 'taskservs')).filter((name) => !DOWNLOADED.includes(name));
/** In a whole run, hardened and optimized with everything that is made of Debian's packages. */
const services = isWholeRun ? catalogue : LIGHT;

/** Every switch differs from its default where that shows something. */
const everything = {
  name: 'Every_thing.1',
  description: 'All of it',
  base_os: 'debian',
  os_version: '12',
  arch: 'x86_64',
  taskservs: [...services, 'wanted', 'unwanted'],
  exclude_taskservs: ['unwanted'],
  optimize: true,
  include_dev_tools: true,
  include_kernel_headers: true,
  disk_size_gb: 12,
  compression: false,
  network_config:
    'version: 2\nethernets: {all: {match: {name: "e*"}, dhcp4: true, addresses: [192.0.2.77/24]}}\n',
  dns_servers: ['192.0.2.53', '2001:db8::53'],
  security_hardening: true,
  auto_updates: false,
  ssh_public_keys: [KEY],
  labels: { 'team/owner': 'web' },
  steps: { test_scripts: scripts.map(({ script }) => script) },
};

type Entry = { what: string; data: unknown };
type Boot = { firmware: string; checks: { name: string; passed: boolean }[] };

const LITTER = [
  ...['/var/tmp/left-by-test', '/var/cache/man/left-by-test', '/var/cache/debconf/left-by-test-old'],
  ...['/var/lib/apt/lists/left-by-test', '/var/cache/apt/archives/left-by-test.deb'],
];

const marker = (name: string) =>
  farm.taskserv(
    name,
    `files: [{path: /etc/${name}-by-test, content: x}]
scripts: [{name: litter, content: "mkdir -p /var/cache/man && touch ${LITTER.join(' ')}"}]`,
  );

describe('a definition with everything in it', () => {
  let boots: readonly Boot[];
  beforeAll(async () => {
    marker('wanted');
    marker('unwanted');
    // YAML takes JSON as it is.
    const file = farm.file('everything.yaml', JSON.stringify(everything));
    const { job } = await farm.json<{ job: GoldenImageBuildJob }>('build', file);
    recordCells('tested-everything', await cellsOf(farm, job));
    const { entries } = await farm.json<{ entries: Entry[] }>('history', job.job_id);
    boots = entries.flatMap(({ what, data }) => (what === 'BootTested' ? [data as Boot] : []));
  }, 40 * MINUTE_MS);

  it.each(scripts.map(({ name }, index) => [name, index + 1] as const))(
    'shows %s in the booted image',
    (_, number) => {
      const results = boots.map(({ firmware, checks }) => [
        firmware,
        checks.find(({ name }) => name === `test_scripts/${number}`)?.passed,
      ]);
      expect(results).toStrictEqual(results.map(([firmware]) => [firmware, true]));
      expect(results.length).toBeGreaterThan(1);
    },
  );

  it('keeps every check of its taskservs green', () => {
    const failed = boots.flatMap(({ checks }) => checks.filter(({ passed }) => !passed));
    expect(failed).toStrictEqual([]);
  });
});
