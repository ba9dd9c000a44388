import type { Taskserv } from '@gild/contracts';
import { GildHome } from './gild-home.js';
import { live, type Platform } from './live-platforms.js';
import type { RunningCommand } from './running-command.js';

const MINUTE_MS = 60_000;
let farm: GildHome;
let up: RunningCommand | undefined;

/** What the indexes of the platform have against a plan; undefined when every package is there. */
const planFault = async (
  { os, release, arch }: Platform,
  name: string,
  more: string,
): Promise<string | undefined> => {
  const file = farm.file(
    `${name}.yaml`,
    `name: ${name}\nbase_os: ${os}\nos_version: '${release}'\narch: ${arch}\ndisk_size_gb: 20\n${more}`,
  );
  const { code, stderr } = await farm.run('plan', file);
  return code === 0 ? undefined : `${name}: ${stderr}`;
};

const isFor =
  ({ os, release }: Platform) =>
  ({ distributions }: Taskserv): boolean =>
    Object.entries(distributions).some(
      ([name, ways]) => name === os && ways.some(({ releases }) => releases?.includes(release) ?? true),
    );

/** Opt-in: the names of packages are tested against the indexes of the platforms in GILD_TEST_LIVE. */
const [title, describeLive] =
  live.length > 0 ? ['', describe] : [' (GILD_TEST_LIVE names none)', describe.skip];
const platforms: readonly Platform[] =
  live.length > 0 ? live : [{ os: 'debian', release: '12', arch: 'x86_64', kind: 'tested' }];

describeLive(`the packages that live platforms are asked for${title}`, () => {
  beforeAll(async () => {
    farm = new GildHome().takeToldMirrors();
    up = await farm.up();
  }, MINUTE_MS);
  afterAll(async () => {
    up?.signal('SIGTERM');
    await up?.exit;
    farm.remove();
  });

  it.each(platforms)(
    'are all there, of an image with everything that is no taskserv, on $os $release on $arch',
    async (platform) => {
      const more =
        'include_dev_tools: true\ninclude_kernel_headers: true\nsecurity_hardening: true\noptimize: true\n';
      expect(await planFault(platform, 'plain', more)).toBeUndefined();
    },
    10 * MINUTE_MS,
  );

  it.each(platforms)(
    'are all there, of every taskserv that is for it, on $os $release on $arch',
    async (platform) => {
      const catalogue = await farm.json<Taskserv[]>('taskserv', 'ls');
      const names = catalogue.filter(isFor(platform)).map(({ name }) => name);
      const faults = [];
      for (const name of names) faults.push(await planFault(platform, name, `taskservs: [${name}]\n`));
      expect(names.length).toBeGreaterThan(5);
      expect(faults.filter((fault) => fault !== undefined)).toStrictEqual([]);
    },
    30 * MINUTE_MS,
  );
});
