import { archesOf, type PlacementAnswer, type WaitingReason } from '@gild/scheduler-domain';
import { LOOP, SCHEDULER, type Farm } from '../farm.js';
import type { JobsState } from '../views/jobs-state.js';
import { forEach } from './for-each.js';

/** Schedulers that know different agents would otherwise contradict each other for ever. */
const STANDS_AT_LEAST_MS = 10_000;

/** Of a long queue the rest is told at the next looks: whoever may be granted a build must not wait until all of it is recorded. */
const MOST_AT_ONCE = 50;

const ABOUT_AGENTS: ReadonlySet<string> = new Set([
  'NO_AGENT',
  'NO_EMULATOR',
  'CANNOT_EMULATE',
  'NO_TOOLS',
  'AGENTS_DRAINING',
  'AGENTS_QUARANTINED',
  'DISK_LOW',
  'AGENTS_BUSY',
]);

/** Records why builds wait, as far as this scheduler can know. */
export const tellWhy = async (
  waiting: PlacementAnswer['waiting'],
  { state, farm }: { state: JobsState; farm: Farm },
): Promise<void> => {
  const doubtful = archesInDoubt(state, farm);
  const known = waiting.filter(({ jobId, reason }) => {
    const arch = state.jobs.get(jobId)?.record.request.arch;
    return arch !== undefined && !(ABOUT_AGENTS.has(reason.code) && doubtful.has(arch));
  });
  farm.found.are(known);
  let told = 0;
  await forEach(known, { report: farm.report, of: ({ jobId }) => ({ jobId }) }, async ({ jobId, reason }) => {
    if (told >= MOST_AT_ONCE || stands(state.jobs.get(jobId)?.record.waiting, reason, farm)) return;
    await farm.decideJob(jobId, { type: 'ReportWaiting', data: reason }, { actor: SCHEDULER });
    told += 1;
  });
  if (told >= MOST_AT_ONCE) farm.bell.ring(LOOP);
};

/** A reason goes with the attempt that follows it; until then it is replaced only after a while. */
const stands = (known: WaitingReason | undefined, reason: WaitingReason, { reasons }: Farm): boolean =>
  known !== undefined && (reasons.ageMs(known) < STANDS_AT_LEAST_MS || known.message === reason.message);

/** Those with agents, native or not, that were announced, but had no time yet to make themselves heard here. */
const archesInDoubt = ({ agents }: JobsState, { present, hearing, timing }: Farm): Set<string> => {
  const arches = new Set<string>();
  const listenedMs = hearing.forMs();
  if (listenedMs >= timing.seenWithinMs) return arches;
  for (const [agentId, { state }] of agents) {
    const heard = present.get(agentId) !== undefined && present.silentMs(agentId) <= listenedMs;
    if (state.status === 'present' && !heard) for (const arch of archesOf(state.announced)) arches.add(arch);
  }
  return arches;
};
