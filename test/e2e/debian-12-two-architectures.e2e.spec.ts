import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { describeWithNats } from '@gild/testing';
import { GildHome } from './gild-home.js';
import type { Platform } from './live-platforms.js';
import { NatsFarm } from './nats-farm.js';
import { definition, itIsSupported } from './platform.js';
import { until } from './until.js';

const MINUTE_MS = 60_000;
const platform: Platform = { os: 'debian', release: '12', arch: 'aarch64', kind: 'tested' };
const arches = ['x86_64', 'aarch64'] as const;

type Built = { jobs: GoldenImageBuildJob[]; version: GoldenImageVersion };

let services: NatsFarm | undefined;
let gild: GildHome;
const hosts: GildHome[] = [];

const startAgent = (farm: NatsFarm, agentId: string, emulation: 'on' | 'off'): void => {
  const host = new GildHome().shareCache();
  hosts.push(host);
  farm.start('builder', { GILD_AGENT_ID: agentId, GILD_EMULATION: emulation, GILD_STATE: host.home });
};

/** When the first step of a job began, and when its last one was over. */
const workOf = ({ steps }: GoldenImageBuildJob) => {
  const times = steps.flatMap(({ started_at: at, duration_ms: ms = 0 }) =>
    at === undefined ? [] : [{ begun: Date.parse(at), over: Date.parse(at) + ms }],
  );
  return {
    begun: Math.min(...times.map(({ begun }) => begun)),
    over: Math.max(...times.map(({ over }) => over)),
  };
};

/** Each architecture has an own disk in the version, which is asked for by its name. */
const hasDisks = async ({ image_name: name, artifacts }: GoldenImageVersion): Promise<void> => {
  expect(artifacts.map(({ arch }) => arch)).toStrictEqual(arches);
  expect(await gild.run('export', name, '-o', join(gild.root, 'any.qcow2'))).toMatchObject({ code: 2 });
  for (const { arch, checksum } of artifacts) {
    const disk = join(gild.root, `${arch}.qcow2`);
    expect(await gild.run('export', name, '--arch', arch, '-o', disk)).toMatchObject({ code: 0 });
    expect(createHash('sha256').update(readFileSync(disk)).digest('hex')).toBe(checksum);
  }
};

describeWithNats()('debian 12 on two agents, one of which emulates', () => {
  beforeAll(async () => {
    const farm = (services = await NatsFarm.started());
    gild = new GildHome({ GILD_URL: farm.url, GILD_TOKEN: farm.token });
    // Where both could, and are as free, the one that cannot emulate gets a build.
    startAgent(farm, 'native', 'off');
    startAgent(farm, 'other', 'on');
    await until(async () => Object.keys((await farm.call('GET', '/v1/agents')).body).length === 2);
  }, 3 * MINUTE_MS);
  afterAll(async () => {
    await services?.stop();
    await services?.remove();
    for (const home of [gild, ...hosts]) home.remove();
  }, MINUTE_MS);

  // Booted they are by others, and the one for aarch64 below.
  it(
    'is built for x86_64 by one and for aarch64 by the other, at the same time, as one version',
    async () => {
      const file = definition(gild, platform, { format: 'qcow2', arches });
      const { jobs, version } = await gild.json<Built>('build', file, '--no-boot-test');
      const places = jobs.map(({ arch, agent_id: agent, emulated = false }) => ({ arch, agent, emulated }));
      expect(places).toStrictEqual([
        { arch: 'x86_64', agent: 'native', emulated: false },
        { arch: 'aarch64', agent: 'other', emulated: true },
      ]);
      const [one, other] = jobs.map(workOf);
      expect(one?.begun).toBeLessThan(other?.over ?? 0);
      expect(other?.begun).toBeLessThan(one?.over ?? 0);
      await hasDisks(version);
    },
    60 * MINUTE_MS,
  );

  describe('on aarch64', () => itIsSupported(platform, () => gild));
});
