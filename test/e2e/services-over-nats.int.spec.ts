import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const token = 'a-token-of-more-than-20-characters';
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
const natsServer = folders.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path));
if (natsServer === undefined)
  console.warn('NOT TESTED: the services over NATS, because this host lacks nats-server');
const suite = natsServer === undefined ? describe.skip : describe;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

const PATIENCE_MS = 60_000;
const POLL_MS = 100;

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${String(holds)}`);
    await pause(POLL_MS);
  }
};

/** Resolves with the exit code, or the signal's name, once the process has ended. */
const ended = async (child: ChildProcess): Promise<unknown> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
};

suite('the services as separate processes over NATS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-services-'));
  const services: ChildProcess[] = [];
  let nats: ChildProcess;
  let natsPort: number;
  let api: string;

  const startNats = () =>
    spawn(natsServer ?? '', ['-a', '127.0.0.1', '-p', String(natsPort), '-sd', join(folder, 'nats')], {
      stdio: 'ignore',
    });
  const call = async (method: string, path: string, { body, bearer = token }: Call = {}) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const ready = () => until(async () => (await call('GET', '/health/ready')).status === 200);

  beforeAll(async () => {
    natsPort = await freePort();
    const port = await freePort();
    api = `http://127.0.0.1:${port}`;
    nats = startNats();
    const env = {
      ...process.env,
      GILD_NATS_URL: `nats://127.0.0.1:${natsPort}`,
      GILD_EVENTS: `sqlite:${join(folder, 'events.db')}`,
      GILD_OBJECTS: `directory:${join(folder, 'objects')}`,
      GILD_LISTEN: `127.0.0.1:${port}`,
      GILD_TOKEN: token,
      GILD_LOG: 'error',
    };
    for (const name of ['registry', 'scheduler', 'gateway']) {
      const main = join(root, 'apps', name, 'dist', 'main.js');
      services.push(spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'inherit'] }));
    }
    await ready();
  }, 90_000);

  afterAll(async () => {
    for (const child of [...services, nats]) child.kill('SIGKILL');
    await Promise.all([...services, nats].map(ended));
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuses a request without the token', async () => {
    expect((await call('GET', '/v1/jobs', { bearer: '' })).status).toBe(401);
  });

  it('refuses an invalid definition with its violations', async () => {
    const { status, body } = await call('POST', '/v1/builds', {
      body: { definition: { name: 'Not valid' } },
    });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('"violations":[{"path":"name"');
  });

  it('queues a build with its reason, keeps it over a restart of NATS, cancels it, and replays equal', async () => {
    const definition: unknown = parse(readFileSync(join(root, 'examples', 'web-server.yaml'), 'utf8'));
    const requested = await call('POST', '/v1/builds', { body: { definition } });
    expect(requested.status).toBe(202);
    const path = `/v1/jobs/${(requested.body['job'] as { job_id: string }).job_id}`;
    await until(async () => JSON.stringify((await call('GET', path)).body).includes('no agent for x86_64'));
    expect((await call('GET', path)).body).toMatchObject({ status: 'queued' });

    nats.kill('SIGTERM');
    await ended(nats);
    expect((await call('GET', '/health/live')).status).toBe(200);
    nats = startNats();
    await ready();
    expect((await call('GET', path)).body).toMatchObject({ status: 'queued' });

    expect((await call('POST', `${path}/cancellation`, { body: { reason: 'enough' } })).status).toBe(202);
    await until(async () => (await call('GET', path)).body['status'] !== 'queued');
    expect(JSON.stringify((await call('GET', path)).body)).toMatch(/cancel/i);
    expect((await call('GET', '/v1/replay')).body).toMatchObject({ equal: true });
  }, 90_000);

  it('ends every service with 0 on SIGTERM', async () => {
    for (const child of services) child.kill('SIGTERM');
    expect(await Promise.all(services.map(ended))).toEqual([0, 0, 0]);
  }, 15_000);
});

type Call = { body?: unknown; bearer?: string };
