// A long queue and a farm that comes back at once: `npm run build && node test/bench/queue.mjs [builds] [agents]`.
// 10,000 builds, each of an image of its own, are asked for over HTTP while no agent is there; then 500 agents connect at the same moment. Prints how
// long each waited for its first build, and what memory the control services hold (bound: 150 MB each).
import { onFarm, pause, percentile } from './farm-processes.mjs';

const BUILDS = Number(process.argv[2] ?? 10_000);
const AGENTS = Number(process.argv[3] ?? 500);
const AT_ONCE = 32;

await onFarm({ parallelBuilds: AGENTS }, async (farm) => {
  console.log(`memory at the start: ${farm.memory()}`);
  const start = performance.now();
  let next = 0;
  const ask = async () => {
    while (next < BUILDS) await farm.build(`image${next++}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  const tookS = (performance.now() - start) / 1000;
  console.log(`${BUILDS} builds queued in ${tookS.toFixed(0)} s (${(BUILDS / tookS).toFixed(0)}/s)`);
  console.log(`memory with the queue: ${farm.memory()}`);

  const waits = [];
  let connected = 0;
  const granted = new Set();
  const work = ({ imageName }, { signal }) => {
    if (!granted.has(imageName)) waits.push(performance.now() - connected);
    granted.add(imageName);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  connected = performance.now();
  for (let n = 0; n < AGENTS; n += 1) farm.startAgent(`agent${n}`, work);
  while (waits.length < Math.min(AGENTS, BUILDS) && performance.now() - connected < 120_000) await pause(50);
  console.log(
    `${AGENTS} agents at once: ${waits.length} got a build of their own, median ${percentile(waits, 0.5).toFixed(0)} ms, 99th percentile ${percentile(waits, 0.99).toFixed(0)} ms`,
  );
  console.log(`memory afterwards: ${farm.memory()}`);
});
