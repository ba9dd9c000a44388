import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithEachNats } from '@gild/testing';
import { parse } from 'yaml';
import { repository } from './gild-home.js';
import type { NatsFarm } from './nats-farm.js';
import { SecuredFarm } from './secured-farm.js';
import { containerJoin, giveForeignCredentials, tokensIssued } from './container-join.js';
import { until } from './until.js';

describeWithEachNats(
  'the services as separate processes over NATS, each with rights of its own',
  ({ path }) => {
    let secured: SecuredFarm;
    let farm: NatsFarm;
    beforeAll(async () => {
      secured = await SecuredFarm.started(path);
      ({ farm } = secured);
    }, 90_000);
    afterAll(() => (secured as SecuredFarm | undefined)?.remove());

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

    it('row 6: queues a build with its reason, keeps it over a kill of NATS and a start with an empty store, cancels it, and replays equal', async () => {
      const definition: unknown = parse(
        readFileSync(join(repository, 'examples', 'web-server.yaml'), 'utf8'),
      );
      const requested = await farm.call('POST', '/v1/builds', { body: { definition } });
      expect(requested.status).toBe(202);
      const path = `/v1/jobs/${(requested.body['job'] as { job_id: string }).job_id}`;
      const job = async () => (await farm.call('GET', path)).body;
      await until(async () => JSON.stringify(await job()).includes('no agent for x86_64'));
      expect(await job()).toMatchObject({ status: 'queued' });

      await farm.nats.kill();
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

    it('has a host join with a token, which builds then with nothing but its folder', async () => {
      const { admin } = secured;
      const state = secured.stateOf('oak');
      const issued = await admin.run('agent', 'token', '--label', 'rack=3', '--json');
      const { token } = JSON.parse(issued.stdout) as { token: string };
      const joined = (id: string, folder: string) =>
        admin.run('agent', 'join', '--id', id, '--token', token, '--state', folder, '--json');
      expect(await joined('oak', state)).toMatchObject({ code: 0 });
      expect(statSync(join(state, 'agent-identity.json')).mode & 0o777).toBe(0o600);
      expect((await joined('oak', state)).code).toBe(0); // its first answer might have been lost
      const second = await joined('elm', secured.stateOf('elm'));
      expect(second).toMatchObject({ code: 3, stderr: expect.stringContaining('was used already') });
      expect(existsSync(join(secured.stateOf('elm'), 'agent-identity.json'))).toBe(false);

      const builder = farm.startJoined(state);
      let said = '';
      builder.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const agents = async () => JSON.stringify((await farm.call('GET', '/v1/agents')).body);
      await until(async () => (await agents()).includes('"agent_id":"oak"'));

      expect((await admin.run('agent', 'remove', 'oak', '--reason', 'sold')).code).toBe(0);
      await until(() => said.includes('AGENT_NOT_JOINED'));
      const again = await joined('oak', state);
      expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining('gild agent readmit oak') });
      const { stdout } = await admin.run('history', 'oak');
      expect(stdout).toContain('agent oak joined the farm with token');
      expect(stdout).toContain('removed agent oak from the farm: sold');
      expect(stdout).not.toContain(token.split('.')[1]);
    }, 90_000);

    it("has a container's agent ask the farm at every start whether it belongs to it", async () => {
      const state = secured.stateOf('yew');
      const start = (env: NodeJS.ProcessEnv = {}) => containerJoin({ secured, state, env });
      expect(await start({ GILD_URL: 'http://127.0.0.1:9' })).toMatchObject({ code: 4 });
      expect(await start()).toMatchObject({ code: 0, stdout: expect.not.stringContaining('another farm') });
      expect(await start({ GILD_URL: 'http://127.0.0.1:9' })).toMatchObject({
        ...{ code: 0, stderr: expect.stringContaining('starts with the credentials it has') },
      });
      giveForeignCredentials(join(state, 'agent-identity.json'));
      expect(await start()).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('were of another farm, whose NATS is at tls://elsewhere:4222'),
      });
      expect((await secured.admin.run('agent', 'remove', 'yew')).code).toBe(0);
      const tokens = await tokensIssued(farm.folder);
      expect(tokens).toBeGreaterThan(0);
      expect(await start()).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('gild agent readmit yew'),
      });
      expect(await tokensIssued(farm.folder)).toBe(tokens);
      expect((await secured.admin.run('agent', 'readmit', 'yew')).code).toBe(0);
      expect(await start()).toMatchObject({ code: 0 });
    }, 90_000);

    it.each(['gildjoin_nonsense', `gildjoin_${'0'.repeat(26)}.${'0'.repeat(40)}`])(
      'lets nobody join with %s, nor tells it anything',
      async (token) => {
        const body = { token, agentId: 'elm', publicKey: `U${'A'.repeat(55)}`, release: '1' };
        const { status, body: answer } = await farm.call('POST', '/v1/agents/join', { body, bearer: '' });
        expect([400, 403]).toContain(status);
        expect(JSON.stringify(answer)).not.toMatch(/jwt|natsUrl/);
      },
    );

    it('ends every service with 0 on SIGTERM', async () => {
      expect(await farm.stop()).toEqual([0, 0, 0, 0]);
    }, 15_000);
  },
);
