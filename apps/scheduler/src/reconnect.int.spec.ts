import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjects, SyncReply, type SyncRequest } from '@gild/contracts';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { randomIds, systemClock } from '@gild/node-runtime';
import type { EventStore, NewEvent, RecordedEvent } from '@gild/ports';
import { describeWithNats, ended, NatsServer } from '@gild/testing';
import { agentPeer, connectNats, natsMessenger } from '@gild/transport-nats';

/** The whole row is `test/bench/queue.mjs`: 500 agents, 10,000 builds. */
const AGENTS = 40;
const IMAGES = 100;
const BUILDS_OF_IMAGE = 5;
/** For two processors that do other things too. */
const BOUND_MS = 20_000;
const main = join(import.meta.dirname, '..', 'dist', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'gild-reconnect-'));
const path = join(folder, 'events.db');
const connections: { close: () => Promise<void> }[] = [];
let scheduler: ChildProcess | undefined;
let nats: NatsServer | undefined;

afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  scheduler?.kill('SIGTERM');
  if (scheduler !== undefined) await ended(scheduler);
  await nats?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const recorded = (type: string, data: Record<string, unknown>): NewEvent => {
  const id = randomIds.uuid();
  const metadata = { actor: 'ada', correlationId: id, causationId: id, schema: 1 };
  return { id, type, data, metadata: { ...metadata, time: systemClock.now() } };
};

const queueBuilds = async (store: EventStore): Promise<void> => {
  const policy = { policy: { max_parallel_builds: AGENTS }, by: 'ada' };
  await store.append('policy-local', 'any', [recorded('PolicySet', policy)]);
  const digest = hash('sha256', 'inputs', 'hex');
  const asked = Array.from({ length: IMAGES * BUILDS_OF_IMAGE }, async (_, n) => {
    const data = {
      ...{ jobId: `job${n}`, imageName: `image${Math.floor(n / BUILDS_OF_IMAGE)}`, imageVersion: `1.0.${n}` },
      ...{ buildNumber: n, arch: 'x86_64', definition: { parallel_builds: true }, definitionDigest: digest },
      ...{ inputDigest: digest, priority: 0, requestedBy: 'ada', useCache: true, bootTest: false },
      ...{ infrastructureRetries: 0, timeoutMs: 3_600_000 },
    };
    await store.append(`job-job${n}`, 'none', [recorded('BuildRequested', data)]);
  });
  await Promise.all(asked);
};

const syncOf = (agentId: string): SyncRequest => ({
  agent: {
    ...{ agentId, sessionId: 's', arch: 'x86_64', slots: 1 },
    ...{ host: 'h', release: '1', freeDiskPercent: 50 },
  },
  running: [],
  draining: false,
  waitMs: 5000,
});

/** Connects, and asks until it is given a build; answers how long that took. */
const firstBuild = async (url: string, agentId: string): Promise<number> => {
  const peer = agentPeer({ servers: url }, agentId);
  const connection = await connectNats(peer);
  connections.push(connection);
  const messenger = natsMessenger(connection, peer, () => randomIds.uuid());
  const start = systemClock.monotonicMs();
  for (;;) {
    const reply = await messenger
      .request(subjects.agentSync(agentId), syncOf(agentId), { timeoutMs: 20_000 })
      .catch(() => undefined);
    if (SyncReply.safeParse(reply).data?.run.length === 1) return systemClock.monotonicMs() - start;
  }
};

describeWithNats()('row 30: agents that connect again all at once to a long queue', () => {
  it('each get one build within a bounded time, and the images take turns', async () => {
    nats = await NatsServer.started();
    const { url } = nats;
    const store = sqliteEventStore({ path, clock: systemClock });
    await queueBuilds(store);
    const env = { ...process.env, GILD_NATS_URL: url, GILD_EVENTS: `sqlite:${path}`, GILD_LOG: 'error' };
    scheduler = spawn(process.execPath, [main], { env, stdio: 'ignore' });
    const peer = agentPeer({ servers: url }, 'witness');
    const witness = await connectNats(peer);
    connections.push(witness);
    const messenger = natsMessenger(witness, peer, () => randomIds.uuid());
    while ((await messenger.request(subjects.jobs, {}).catch(() => undefined)) === undefined);

    const agents = Array.from({ length: AGENTS }, (_, n) => `agent${n}`);
    const waits = (await Promise.all(agents.map((agentId) => firstBuild(url, agentId)))).sort(
      (a, b) => a - b,
    );
    const p99 = waits[Math.ceil(waits.length * 0.99) - 1] ?? Infinity;
    process.stderr.write(
      `${AGENTS} agents, ${IMAGES * BUILDS_OF_IMAGE} builds: 99 % had one after ${p99.toFixed(0)} ms\n`,
    );
    expect(p99).toBeLessThan(BOUND_MS);

    const granted: RecordedEvent[] = [];
    const images = new Map<string, unknown>();
    for await (const event of store.readAll({ filter: { streamPrefixes: ['job-'] } })) {
      if (event.type === 'BuildRequested') images.set(event.stream, event.data['imageName']);
      if (event.type === 'AttemptGranted') granted.push(event);
    }
    await store.close();
    expect(granted.map(({ data }) => data['agentId']).sort()).toStrictEqual(agents.toSorted());
    expect(new Set(granted.map(({ stream }) => images.get(stream))).size).toBe(AGENTS);
  }, 60_000);
});
