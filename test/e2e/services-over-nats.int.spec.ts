import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithNats } from '@gild/testing';
import { parse } from 'yaml';
import { repository } from './gild-home.js';
import { NatsFarm } from './nats-farm.js';
import { until } from './until.js';

describeWithNats()('the services as separate processes over NATS', () => {
  let farm: NatsFarm;
  beforeAll(async () => {
    farm = await NatsFarm.started();
  }, 90_000);
  afterAll(() => (farm as NatsFarm | undefined)?.remove());

  it('refuses a request without the token', async () => {
    expect((await farm.call('GET', '/v1/jobs', { bearer: '' })).status).toBe(401);
  });

  it('refuses an invalid definition with its violations', async () => {
    const { status, body } = await farm.call('POST', '/v1/builds', {
      body: { definition: { name: 'Not valid' } },
    });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('"violations":[{"path":"name"');
  });

  it('queues a build with its reason, keeps it over a restart of NATS, cancels it, and replays equal', async () => {
    const definition: unknown = parse(readFileSync(join(repository, 'examples', 'web-server.yaml'), 'utf8'));
    const requested = await farm.call('POST', '/v1/builds', { body: { definition } });
    expect(requested.status).toBe(202);
    const path = `/v1/jobs/${(requested.body['job'] as { job_id: string }).job_id}`;
    const job = async () => (await farm.call('GET', path)).body;
    await until(async () => JSON.stringify(await job()).includes('no agent for x86_64'));
    expect(await job()).toMatchObject({ status: 'queued' });

    await farm.nats.stop();
    expect((await farm.call('GET', '/health/live')).status).toBe(200);
    farm.nats.start();
    await farm.ready();
    expect(await job()).toMatchObject({ status: 'queued' });

    const cancelled = await farm.call('POST', `${path}/cancellation`, { body: { reason: 'enough' } });
    expect(cancelled.status).toBe(202);
    await until(async () => (await job())['status'] !== 'queued');
    expect(JSON.stringify(await job())).toMatch(/cancel/i);
    expect((await farm.call('GET', '/v1/replay')).body).toMatchObject({ equal: true });
  }, 90_000);

  it('ends every service with 0 on SIGTERM', async () => {
    expect(await farm.stop()).toEqual([0, 0, 0]);
  }, 15_000);
});
