// The control services as real processes over a nats-server of their own, for the benchmarks beside this file.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentLoop } from '../../libs/builder/application/dist/index.js';
import { sqliteEventStore } from '../../libs/adapters/event-store-sqlite/dist/index.js';
import { randomIds, systemClock } from '../../libs/adapters/node-runtime/dist/index.js';
import { ended, freePort, NatsServer } from '../../libs/testing/dist/index.js';
import { agentPeer, connectNats, natsMessenger } from '../../libs/adapters/transport-nats/dist/index.js';

const TOKEN = 'a-token-of-more-than-20-characters';
const root = join(import.meta.dirname, '..', '..');

/** What `use` measures, on a farm that is ended, and removed with all it stored, however that ends; a signal ends it too. */
export const onFarm = async (options, use) => {
  const undoing = [];
  const leaving = new AbortController();
  const interrupted = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'])
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });
  const started = startFarm(options, { later: (undo) => undoing.push(undo), signal: leaving.signal });
  try {
    await Promise.race([started.then(use), interrupted]);
  } finally {
    leaving.abort(new Error('the benchmark is over'));
    // Nothing is begun any more when what there is is ended, the last first, so that nothing loses what it works with.
    await Promise.allSettled([started]);
    for (const undo of undoing.toReversed()) await undo();
  }
};

/** `later` is told how to undo each thing as soon as there is something to undo. */
const startFarm = async ({ parallelBuilds }, { later, signal }) => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-bench-'));
  later(async () => rmSync(folder, { recursive: true, force: true }));
  const nats = await NatsServer.started();
  later(() => nats.remove());
  const port = await freePort();
  const path = join(folder, 'events.db');
  await allowBuilds(path, parallelBuilds);
  const services = spawned(environment({ nats, path, folder, port }));
  later(async () => {
    for (const { child } of services) child.kill('SIGTERM');
    await Promise.all(services.map(({ child }) => ended(child)));
  });
  const agents = [];
  later(() => Promise.all(agents));
  const api = httpApi(port);
  await ready(api, services, signal);
  return {
    /** Starts an agent with the real loop whose builds do nothing but what `work` does. */
    startAgent: (agentId, work) => {
      const running = runAgent({ access: { servers: nats.url }, agentId, work, signal });
      agents.push(running.catch((error) => console.error(`agent ${agentId} ended: ${error}`)));
    },
    build: async (name) => {
      const definition = { name, base_os: 'debian', os_version: '12' };
      const response = await api('POST', '/v1/builds', { definition, options: { bootTest: false } });
      if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
      return response.json();
    },
    memory: () => services.map(({ name, child }) => `${name} ${residentMb(child.pid)}`).join(', '),
  };
};

/** Memory is held as in the container image, deploy/docker/Dockerfile. */
const environment = ({ nats, path, folder, port }) => ({
  ...process.env,
  NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=320 --v8-pool-size=1',
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
  GILD_NATS_URL: nats.url,
  GILD_EVENTS: `sqlite:${path}`,
  GILD_OBJECTS: `directory:${join(folder, 'objects')}`,
  GILD_LOG: process.env.GILD_LOG ?? 'error',
  GILD_LISTEN: `127.0.0.1:${port}`,
  GILD_TOKEN: TOKEN,
});

/** Resolves when the farm answers; rejects when one of its services has ended. */
const ready = async (api, services, signal) => {
  while ((await api('GET', '/health/ready').catch(() => undefined))?.status !== 200) {
    signal.throwIfAborted();
    const dead = services.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
    if (dead)
      throw new Error(
        `the ${dead.name} ended with ${dead.child.signalCode ?? dead.child.exitCode}; its output says why`,
      );
    await pause(100);
  }
};

const httpApi = (port) => (method, route, body) =>
  fetch(`http://127.0.0.1:${port}${route}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const spawned = (env) =>
  ['registry', 'scheduler', 'gateway'].map((name) => {
    const main = join(root, 'apps', name, 'dist', 'main.js');
    return {
      name,
      child: spawn(process.execPath, ['--optimize-for-size', main], {
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      }),
    };
  });

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a process holds of the memory now; `of files`: what it shares with others that run the same program. */
const residentMb = (pid) => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [all, files] = ['VmRSS', 'RssFile'].map((name) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024),
  );
  return `${all} MB (${files} of files)`;
};

const allowBuilds = async (path, count) => {
  const store = sqliteEventStore({ path, clock: systemClock });
  const id = randomIds.uuid();
  const metadata = { time: systemClock.now(), actor: 'bench', correlationId: id, causationId: id, schema: 1 };
  const data = { registry: 'local', policy: { max_parallel_builds: count }, by: 'bench' };
  await store.append('policy-local', 'any', [{ type: 'PolicySet', data, id, metadata }]);
  await store.close();
};

const runAgent = async ({ access, agentId, work, signal }) => {
  const peer = agentPeer(access, agentId);
  const connection = await connectNats(peer);
  await agentLoop({
    messenger: natsMessenger(connection, peer, () => randomIds.uuid()),
    clock: systemClock,
    describe: async () => ({
      ...{ agentId, sessionId: agentId, arch: 'x86_64', slots: 1, host: 'bench', release: '0' },
      freeDiskPercent: 50,
    }),
    execute: work,
    report: (error) => console.error(`agent ${agentId}: ${error}`),
    signal,
  });
  await connection.close();
};

/** The value below which that share of the values lies. */
export const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? NaN;
