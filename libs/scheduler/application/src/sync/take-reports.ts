import type { AgentReport, SyncReply, SyncRequest } from '@gild/contracts';
import type { Farm } from '../farm.js';
import { orUndecided } from './undecided.js';

type Running = SyncRequest['running'][number];
type Acknowledgement = SyncReply['acknowledged'][number];

/** What became of the reports about one attempt. */
export type Taken = {
  jobId: string;
  attempt: number;
  acknowledged: number;
  refused: boolean;
  finished: boolean;
  /** Only a newer release can tell what counts: nothing was recorded, and it is to go on. */
  undecided: boolean;
};

/** Records what the agent reports, each fact once and in order, and refuses what comes too late. */
export const takeReports = async (agentId: string, running: Running, farm: Farm): Promise<Taken> => {
  const { jobId, attempt } = running;
  const taken: Taken = {
    ...{ jobId, attempt, acknowledged: 0 },
    ...{ refused: false, finished: false, undecided: false },
  };
  for (const report of running.reports.toSorted((a, b) => a.seq - b.seq)) {
    const work = take({ agentId, jobId, attempt }, report, farm);
    const answer = await orUndecided(work, { of: { jobId }, report: farm.report });
    taken.undecided = answer === 'undecided';
    if (answer === 'missing' || taken.undecided) break;
    taken.refused = answer === 'refused';
    if (taken.refused) break;
    taken.acknowledged = report.seq;
    taken.finished ||= isFinal(report);
  }
  return taken;
};

type Place = { agentId: string; jobId: string; attempt: number };

const take = async (
  { agentId, jobId, attempt }: Place,
  { fact, seq }: AgentReport,
  farm: Farm,
): Promise<'recorded' | 'refused' | 'missing'> => {
  if (fact.data.attempt !== attempt) return 'refused';
  const now = farm.clock.now();
  const tookMs = farm.leases.tookMs({ jobId, attempt });
  const command = { type: 'RecordFact', data: { agentId, seq, fact, now, tookMs } } as const;
  const decision = await farm.decideJob(jobId, command, { actor: agentId });
  if (decision.ok) return 'recorded';
  if (decision.rejection.code === 'FACT_MISSING') return 'missing';
  const note = { type: 'NoteLateReport', data: { attempt, agentId, report: fact.type } } as const;
  await farm.decideJob(jobId, note, { actor: agentId });
  return 'refused';
};

const isFinal = ({ fact }: AgentReport): boolean =>
  fact.type === 'AttemptEnded' || fact.type === 'ArtifactReported';

export const acknowledgements = (taken: readonly Taken[]): Acknowledgement[] =>
  taken.flatMap(({ jobId, attempt, acknowledged: seq }) => (seq === 0 ? [] : [{ jobId, attempt, seq }]));
