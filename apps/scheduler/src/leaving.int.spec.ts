import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjects, type SyncRequest } from '@gild/contracts';
import { describeWithNats, ended, NatsServer } from '@gild/testing';
import { agentPeer, connectNats, natsMessenger } from '@gild/transport-nats';

const HELD_MS = 10_000;
const main = join(import.meta.dirname, '..', 'dist', 'main.js');
let scheduler: ChildProcess | undefined;
let connection: Awaited<ReturnType<typeof connectNats>> | undefined;
let nats: NatsServer | undefined;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gild-leaving-'));
});

afterAll(async () => {
  await connection?.close();
  scheduler?.kill('SIGKILL');
  await nats?.remove();
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

describeWithNats()('a scheduler', () => {
  it('that is stopped answers the agents whose replies it holds back', async () => {
    nats = await NatsServer.started();
    const { url } = nats;
    const env = {
      ...process.env,
      GILD_NATS_URL: url,
      GILD_EVENTS: `sqlite:${join(folder, 'events.db')}`,
      GILD_LOG: 'error',
    };
    scheduler = spawn(process.execPath, [main], { env, stdio: 'ignore' });
    const peer = agentPeer({ servers: url }, 'oak');
    connection = await connectNats(peer);
    const messenger = natsMessenger(connection, peer, () => 'id');
    const sync = (waitMs: number) =>
      messenger.request(subjects.agentSync('oak'), syncOf(waitMs), { timeoutMs: 12_000 });
    while ((await sync(0).catch(() => undefined)) === undefined);

    const held = sync(HELD_MS);
    await connection.flush();
    await sync(0); // answered after the one above was taken
    const begun = performance.now();
    scheduler.kill('SIGTERM');
    expect(await held).toMatchObject({ run: [], stop: [] });
    expect(performance.now() - begun).toBeLessThan(HELD_MS / 2);
    expect(await ended(scheduler)).toBe(0);
  }, 60_000);
});
