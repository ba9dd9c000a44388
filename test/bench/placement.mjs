// Measures a decision of the scheduler on this machine: `npm run build && node test/bench/placement.mjs`.
// 10,000 queued builds of 3,000 images, 1,000 agents of 2 slots; prints the median and the 99th percentile of 200 decisions.
import { decideGrants } from '../../libs/scheduler/domain/dist/index.js';

const ROUNDS = 200;
const now = '2026-11-23T09:00:00.000Z';
const queue = Array.from({ length: 10_000 }, (_, n) => ({
  jobId: `j${n}`,
  imageName: `image${n % 3000}`,
  arch: 'x86_64',
  priority: 0,
  requestedAt: new Date(Date.parse(now) - n).toISOString(),
  nextAttempt: 1,
  parallelBuilds: false,
}));
const agents = Array.from({ length: 1000 }, (_, n) => ({
  agentId: `a${n}`,
  arch: 'x86_64',
  slots: 2,
  draining: false,
  freeDiskPercent: 50,
}));
const policy = { maxParallelBuilds: 500, minDiskFreePercent: 10 };

const took = Array.from({ length: ROUNDS }, () => {
  const start = performance.now();
  decideGrants({ queue, running: [], agents, policy, now });
  return performance.now() - start;
}).sort((a, b) => a - b);
const at = (share) => `${took[Math.ceil(share * ROUNDS) - 1].toFixed(1)} ms`;
console.log(`${ROUNDS} decisions: median ${at(0.5)}, 99th percentile ${at(0.99)}`);
