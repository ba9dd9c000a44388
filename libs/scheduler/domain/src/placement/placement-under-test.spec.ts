import { type AgentCapacity } from './agent-pools.js';
import { type QueuedBuild } from './decide-grants.js';

export const NOW = '2026-11-23T09:00:00.000Z';
export const build = (jobId: string, rest: Partial<QueuedBuild> = {}): QueuedBuild => ({
  jobId,
  imageName: jobId,
  arch: 'x86_64',
  priority: 0,
  requestedAt: NOW,
  nextAttempt: 1,
  parallelBuilds: false,
  ...rest,
});
export const agent = (agentId: string, rest: Partial<AgentCapacity> = {}): AgentCapacity => ({
  agentId,
  arch: 'x86_64',
  slots: 1,
  draining: false,
  freeDiskPercent: 50,
  ...rest,
});
