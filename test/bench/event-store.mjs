// Measures the SQLite event store on this machine: `npm run build`, then
// `node_modules/.bin/node test/bench/event-store.mjs [events]`.
// Every append is synced to disk before it counts; replay parses every event. Prints what it measured, nothing else.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sqliteEventStore } from '../../libs/adapters/event-store-sqlite/dist/index.js';

const events = Number(process.argv[2] ?? 300_000);
const SINGLE = 2_000;
const clock = {
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  delay: (ms, signal) => sleep(ms, undefined, { signal }),
};
const event = (number) => ({
  id: crypto.randomUUID(),
  type: 'StepFinished',
  data: { jobId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', step: 'install-packages', image: 'web-server', number },
  metadata: {
    time: '2026-01-02T03:04:05.678Z',
    actor: 'user:ada',
    correlationId: '6fa459ea-ee8a-4ca4-894e-db77e160355e',
    causationId: '16fd2706-8baf-433b-82eb-8c7fada847da',
    schema: 1,
  },
});
const rate = async (what, count, work) => {
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  const perSecond = Math.round(count / seconds).toLocaleString('en');
  console.log(`${what.padEnd(44)} ${perSecond.padStart(9)} events/s`);
};
const appendInBatches = async (store, count, size) => {
  for (let first = 0; first < count; first += size) {
    await store.append(
      `job-${first % 100}`,
      'any',
      Array.from({ length: Math.min(size, count - first) }, (_, index) => event(first + index)),
    );
  }
};
const count = async (read) => {
  let seen = 0;
  for await (const item of read) if (item !== undefined) seen += 1;
  return seen;
};

const folder = mkdtempSync(join(tmpdir(), 'gild-bench-'));
try {
  const store = sqliteEventStore({ path: join(folder, 'events.db'), clock });
  console.log(
    `SQLite event store, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}, ${folder}`,
  );
  await rate('append, one event each', SINGLE, () => appendInBatches(store, SINGLE, 1));
  await rate('append, 50 events each', SINGLE * 10, () => appendInBatches(store, SINGLE * 10, 50));
  await rate('append, 1000 events each', events, () => appendInBatches(store, events, 1_000));
  const total = events + SINGLE * 11;
  for (const round of ['first', 'second', 'third']) {
    await rate(`replay of ${total} events, ${round} time`, total, async () => {
      const seen = await count(store.readAll());
      if (seen !== total) throw new Error(`expected ${total} events, read ${seen}`);
    });
  }
  await rate('replay through a filter that hides all', total, () =>
    count(store.readAll({ filter: { types: ['Nothing'] } })),
  );
  console.log(`resident memory at the end ${Math.round(process.memoryUsage().rss / 1_048_576)} MiB`);
  await store.close();
} finally {
  rmSync(folder, { recursive: true });
}
