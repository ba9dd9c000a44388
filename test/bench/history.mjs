// Measures questions about the past on a long log: `npm run build`, then `node_modules/.bin/node test/bench/history.mjs [builds] [questions]`
// (5000 builds of 200 images and 20,000 machines unless told: a million events). Prints how fast the services fold their views from nothing,
// what questions as of random times and positions take, and what memory the answers cost. Every question of the past is asked
// of the use cases themselves, over the SQLite store.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sqliteEventStore } from '../../libs/adapters/event-store-sqlite/dist/index.js';
import { randomIds, sha256, systemClock } from '../../libs/adapters/node-runtime/dist/index.js';
import { registryService } from '../../libs/registry/application/dist/index.js';
import { schedulerService } from '../../libs/scheduler/application/dist/index.js';
import { imageName, jobId, versionNumber } from './history/builds.mjs';
import { vmId, writeHistory } from './history/log.mjs';

const builds = Number(process.argv[2] ?? 5_000);
const questions = Number(process.argv[3] ?? 60);
const share = (most) => Math.max(1, Math.round((most * builds) / 5_000));
const scale = {
  builds,
  images: share(200),
  vms: share(20_000),
  policies: share(200),
  agentEvents: share(10_000),
};
scale.machineEvents = share(225_000);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const heapMiB = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20 + process.memoryUsage().external / 2 ** 20;
};
const say = (what, found) => process.stdout.write(`${what.padEnd(46)} ${found}\n`);
const timed = async (work) => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};
const ms = (value) => `${value.toFixed(1)} ms`;

async function measure(path) {
  await sqliteEventStore({ path, clock: systemClock }).close();
  let written;
  const writingMs = await timed(() => (written = writeHistory(path, scale)));
  say(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}`, '');
  say(`${written.count} events written`, `${(writingMs / 1_000).toFixed(1)} s`);
  const store = sqliteEventStore({ path, clock: systemClock });
  const messenger = { request: async () => ({}), publish: async () => undefined };
  const outside = { store, clock: systemClock, ids: randomIds, sha256, messenger, report: console.error };
  const farm = schedulerService(outside);
  const registry = registryService({
    ...{ ...outside, objects: {}, catalogue: { all: async () => new Map() } },
    ...{ registryId: 'gild', location: path, builds: (at) => farm.jobs({ at }) },
  });
  await replays({ store, registry, farm, count: written.count });
  await past({ registry, farm, written });
  await store.close();
}

async function replays({ store, registry, farm, count }) {
  const rate = (took) => `${Math.round((count / took) * 1_000).toLocaleString('en')} events/s of the log`;
  await lastOf(store.readAll());
  const readMs = await timed(() => lastOf(store.readAll()));
  say('the log is read a second time, its JSON parsed', `${ms(readMs)}, ${rate(readMs)}`);
  const empty = heapMiB();
  const registryMs = await timed(() => registry.images().then(() => registry.policy()));
  say('the registry folds images, policy and machines', `${ms(registryMs)}, ${rate(registryMs)}`);
  say('memory of these views', `${(heapMiB() - empty).toFixed(1)} MiB`);
  const schedulerMs = await timed(() => farm.jobs({ image: 'none' }));
  say('the scheduler folds builds', `${ms(schedulerMs)}, ${rate(schedulerMs)}`);
  const head = await store.head();
  say('memory of all views', `${(heapMiB() - empty).toFixed(1)} MiB at position ${head}`);
  for (const [who, service] of Object.entries({ registry, scheduler: farm })) {
    let views = [];
    const took = await timed(async () => ({ views } = await service.verifyViews()));
    if (views.some(({ equal }) => !equal)) throw new Error(`a view of the ${who} differs`);
    say(
      `${who}: ${views.map(({ view }) => view).join(', ')} replayed and compared`,
      `${ms(took)}, ${rate(took)}`,
    );
  }
}

async function lastOf(events) {
  let last;
  for await (const event of events) last = event;
  return last;
}

async function past({ registry, farm, written }) {
  const before = heapMiB();
  const asked = {
    version: (n, at) => registry.version({ ...first(n), at }),
    versions: (n, at) => registry.versions({ image: first(n).image, at }),
    images: (_, at) => registry.images({ at }),
    channels: (n, at) => registry.channels({ image: first(n).image, at }),
    machine: (n, at) => registry.vm({ vmId: vmId(n % scale.vms), at }),
    machines: (_, at) => registry.vms({ at, state: 'running' }),
    policy: (_, at) => registry.policy({ at }),
    history: (n, at) => registry.history({ subject: first(n).image, at }),
    build: (n, at) => farm.job(jobId(n % scale.images), at),
    builds: (_, at) => farm.jobs({ at, status: 'running' }),
    'registry export': (_, at) => registry.registryDocument({ at }),
  };
  for (const [what, ask] of Object.entries(asked))
    say(`as of a moment: ${what}`, await latency(ask, written));
  say('memory after all questions', `${(heapMiB() - before).toFixed(1)} MiB more than before`);
}

const first = (n) => ({ image: imageName(n % scale.images), version: versionNumber(0) });

/** Median and p99 over moments spread over the log by the golden ratio: half of them times, half positions. */
async function latency(ask, { count, first: begun, last }) {
  const took = [];
  for (let n = 1; n <= questions; n += 1) {
    const part = 0.05 + 0.95 * ((n * 0.618_034) % 1);
    const time = new Date(begun + part * (last - begun)).toISOString();
    const at = n % 2 === 0 ? String(Math.floor(part * count)) : time;
    took.push(await timed(() => ask(n, at).catch(unlessAbsent)));
  }
  took.sort((a, b) => a - b);
  const of = (quantile) => took[Math.min(took.length - 1, Math.floor(quantile * took.length))] ?? 0;
  return `median ${ms(of(0.5))}, p99 ${ms(of(0.99))}`;
}

/** What did not exist yet is an answer too. */
function unlessAbsent(error) {
  if (!String(error.code).endsWith('_NOT_FOUND')) throw error;
}

const folder = mkdtempSync(join(tmpdir(), 'gild-history-'));
try {
  await measure(join(folder, 'events.db'));
} finally {
  rmSync(folder, { recursive: true });
}
