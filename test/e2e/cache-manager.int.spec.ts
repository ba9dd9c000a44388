import { readFileSync } from 'node:fs';
import { describeWithEachNats, ended, freePort } from '@gild/testing';
import { publishVersion } from './published-version.js';
import { SecuredFarm } from './secured-farm.js';
import { until } from './until.js';

const HOST = 'oak.example';
const DISK = new Uint8Array(100_000).map((_, at) => at % 251);

describeWithEachNats('a cache manager over NATS, with rights of its own', ({ path }) => {
  let secured: SecuredFarm;
  let ops = '';
  const ask = () =>
    secured.farm.call('POST', `/v1/hosts/${HOST}/cache/pulls`, {
      body: { pullId: 'pull-of-the-test', image: 'web', waitMs: 10_000 },
    });
  const start = (env: NodeJS.ProcessEnv = {}) =>
    secured.farm.start('cache-manager', {
      ...{ GILD_STATE: secured.stateOf(HOST), GILD_CACHE_HOST: HOST, ...env },
    });
  const hosts = async () => JSON.stringify((await secured.farm.call('GET', '/v1/hosts/cache')).body);

  beforeAll(async () => {
    secured = await SecuredFarm.started(path);
    await publishVersion(secured.farm.folder, DISK);
    await secured.farm.call('PATCH', '/v1/policy', { body: { min_disk_free_percent: 5 } });
    ops = `127.0.0.1:${await freePort()}`;
  }, 90_000);
  afterAll(() => (secured as SecuredFarm | undefined)?.remove());

  it('names every setting that it lacks, and leaves with 2', async () => {
    expect(await ended(start({ GILD_STATE: 'here', GILD_CACHE_HOST: 'a b' }))).toBe(2);
  }, 30_000);

  it('is not known before it was ever there', async () => {
    expect(await ask()).toMatchObject({ status: 404, body: { error: { code: 'CACHE_HOST_NOT_FOUND' } } });
  }, 30_000);

  it('pulls what is asked of it, verified and on record, and says so whoever asks', async () => {
    start({ GILD_OPS_LISTEN: ops });
    await until(async () => (await hosts()).includes('"cacheId"'));
    const pulled = await secured.admin.run('cache', 'pull', 'web', '--host', HOST);
    expect(pulled).toMatchObject({
      ...{
        code: 0,
        stderr: expect.stringContaining(`web@1.0.0 for x86_64 on ${HOST}: received 100 kB, verified`),
      },
    });
    const [, file = ''] = pulled.stdout.trim().split(':');
    expect(new Uint8Array(readFileSync(file))).toStrictEqual(DISK);
    expect(file.startsWith(`${secured.stateOf(HOST)}/host-cache/images/`)).toBe(true);
    expect(await hosts()).toContain(`"cache_id":"${HOST}/web@1.0.0/x86_64"`);
    expect(await ask()).toMatchObject({ status: 200, body: { state: 'cached', filled: false } });
  }, 60_000);

  it('tells health and metrics, ends with 0 on SIGTERM, and is missed then', async () => {
    const page = async (name: string) => (await fetch(`http://${ops}${name}`)).text();
    expect(JSON.parse(await page('/health/ready'))).toMatchObject({
      status: 'ready',
      checks: { nats: 'up' },
    });
    expect(await page('/metrics')).toContain('gild_host_cache_images{service="cache-manager"} 1');
    const [, manager] = secured.farm.processesOf('cache-manager');
    manager?.kill('SIGTERM');
    expect(manager && (await ended(manager))).toBe(0);
    expect(await ask()).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } });
  }, 60_000);
});
