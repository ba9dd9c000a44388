// Measures how long it takes from asking for a build to an agent working on it:
// `npm run build && node test/bench/submit.mjs [builds]`. Real processes (registry, scheduler, gateway) over NATS with SQLite, two agents
// with the real loop whose builds do nothing; asked over HTTP, one after the other. Bound: 100 ms at the 99th percentile.
import { onFarm, percentile } from './farm-processes.mjs';

const BUILDS = Number(process.argv[2] ?? 1000);
const BOUND_MS = 100;

const begun = new Map();
const work = async ({ imageName, attempt }, { report }) => {
  begun.get(imageName)?.(performance.now());
  const failure = { class: 'install', code: 'NOTHING_TO_DO', message: 'nothing was asked for' };
  report({ type: 'AttemptEnded', data: { attempt, failure } });
};

await onFarm({ parallelBuilds: 100 }, async (farm) => {
  for (const id of ['oak', 'elm']) farm.startAgent(id, work);
  const took = [];
  for (let n = 0; n < BUILDS; n += 1) {
    const name = `image${n}`;
    const working = new Promise((resolve) => begun.set(name, resolve));
    const asked = performance.now();
    await farm.build(name);
    took.push((await working) - asked);
  }
  const p99 = percentile(took, 0.99);
  console.log(
    `${BUILDS} builds, from asking to working: median ${percentile(took, 0.5).toFixed(1)} ms, 99th percentile ${p99.toFixed(1)} ms (bound ${BOUND_MS} ms)`,
  );
  console.log(`memory: ${farm.memory()}`);
  process.exitCode = p99 <= BOUND_MS ? 0 : 1;
});
