import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjects } from '@gild/contracts';
import { describeWithNats, ended, freePort, NatsServer } from '@gild/testing';
import { connectNats, natsMessenger, servicePeer } from '@gild/transport-nats';

const main = join(import.meta.dirname, '..', 'dist', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'gild-operations-'));
const LIMIT_MS = 60_000;
let nats: NatsServer | undefined;
let scheduler: ChildProcess | undefined;
let connection: Awaited<ReturnType<typeof connectNats>> | undefined;

afterAll(async () => {
  await connection?.close();
  scheduler?.kill('SIGKILL');
  await nats?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const environment = (more: Record<string, string>) => ({
  ...process.env,
  GILD_NATS_URL: nats?.url ?? 'nats://127.0.0.1:1',
  GILD_EVENTS: `sqlite:${join(folder, 'events.db')}`,
  GILD_LOG: 'error',
  ...more,
});

/** What the listener answers, once it does. */
const asking =
  (port: number) =>
  async (path: string, init: RequestInit = {}) => {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init).catch(() => undefined);
      if (response !== undefined) return { status: response.status, text: await response.text() };
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

it(
  'does not start where others could read its metrics without a token, and names what to set',
  async () => {
    const env = environment({ GILD_OPS_LISTEN: '0.0.0.0:9464' });
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    expect(await ended(child)).toBe(2);
    expect(said).toMatch(/^GILD_OPS_TOKEN is not set: others .* listen on 127\.0\.0\.1\n$/);
  },
  LIMIT_MS,
);

describeWithNats()('a scheduler that is watched', () => {
  it(
    'says what it needs and what is wanted of it, and is not ready from the moment it drains',
    async () => {
      const port = await freePort();
      const ask = asking(port);
      nats = await NatsServer.started();
      const env = environment({
        GILD_OPS_LISTEN: `127.0.0.1:${port}`,
        GILD_OPS_TOKEN: 'a-token-of-more-than-20-characters',
      });
      scheduler = spawn(process.execPath, [main], { env, stdio: 'ignore' });
      expect(await ask('/health/live')).toStrictEqual({ status: 200, text: '{"status":"live"}\n' });
      while ((await ask('/health/ready')).status !== 200);
      expect(JSON.parse((await ask('/health/ready')).text)).toStrictEqual({
        status: 'ready',
        checks: { events: 'up', nats: 'up' },
      });

      expect(await ask('/metrics')).toMatchObject({ status: 401 });
      const headers = { authorization: 'Bearer a-token-of-more-than-20-characters' };
      const { text } = await ask('/metrics', { headers });
      expect(text).toContain('gild_builds_wanted{arch="aarch64",service="scheduler"} 0');
      expect(text).toMatch(/^process_resident_memory_bytes\{service="scheduler"\} \d+/m);
      expect(await ask('/', { headers })).toMatchObject({ status: 404 });
      expect(await ask('/metrics', { method: 'POST' })).toMatchObject({ status: 405 });

      // A request that is not answered before the registry is, which is this test.
      const peer = servicePeer({ servers: nats.url }, 'registry');
      connection = await connectNats(peer);
      const asked = Promise.withResolvers<(reply: string) => void>();
      connection.subscribe(subjects.prepareBuild, {
        callback: (_error, message) => asked.resolve((reply) => void message.respond(reply)),
      });
      const request = { requestId: 'request-1', actor: 'ada', definition: {}, options: {} };
      const build = natsMessenger(connection, peer, () => 'id').request(subjects.requestBuild, request);
      const answer = await asked.promise;
      scheduler.kill('SIGTERM');
      while ((await ask('/health/ready')).status !== 503);
      expect(JSON.parse((await ask('/health/ready')).text)).toMatchObject({ status: 'draining' });
      answer(JSON.stringify({ id: 'id', err: { code: 'CONFLICT', message: 'no name' } }));
      await expect(build).rejects.toMatchObject({ code: 'CONFLICT', message: 'no name' });
      expect(await ended(scheduler)).toBe(0);
    },
    LIMIT_MS,
  );
});
