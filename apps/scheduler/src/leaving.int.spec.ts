import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { subjects, type SyncRequest } from '@gild/contracts';
import { connectNats, natsMessenger } from '@gild/transport-nats';

const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
const natsServer = folders.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path));
if (natsServer === undefined)
  console.warn('NOT TESTED: how the scheduler leaves, because this host lacks nats-server');
const test = natsServer === undefined ? it.skip : it;

const main = join(import.meta.dirname, '..', 'dist', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'gild-leaving-'));
const children: ChildProcess[] = [];
let connection: Awaited<ReturnType<typeof connectNats>> | undefined;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

afterAll(async () => {
  await connection?.close();
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const syncOf = (waitMs: number): SyncRequest => ({
  agent: {
    ...{ agentId: 'oak', sessionId: 's', arch: 'x86_64', slots: 1 },
    ...{ host: 'h', release: '1', freeDiskPercent: 50 },
  },
  running: [],
  draining: false,
  waitMs,
});

test('a scheduler that is stopped answers the agents whose replies it holds back', async () => {
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  children.push(spawn(natsServer ?? '', ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' }));
  const env = {
    ...process.env,
    GILD_NATS_URL: url,
    GILD_EVENTS: `sqlite:${join(folder, 'events.db')}`,
    GILD_LOG: 'info',
  };
  const scheduler = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(scheduler);
  await Promise.race([once(scheduler.stdout, 'data'), once(scheduler.stderr, 'data')]);
  connection = await connectNats(url, 'agent');
  const messenger = natsMessenger(connection, () => 'id');
  const sync = (waitMs: number) =>
    messenger.request(subjects.agentSync, syncOf(waitMs), { timeoutMs: 12_000 });
  while ((await sync(0).catch(() => undefined)) === undefined);

  const held = sync(10_000);
  await connection.flush();
  await sync(0); // answered after the one above was taken
  scheduler.kill('SIGTERM');
  expect(await held).toMatchObject({ run: [], stop: [] });
  const [code] = (await once(scheduler, 'exit')) as [number];
  expect(code).toBe(0);
}, 60_000);
