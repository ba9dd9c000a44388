import { AgentReport, AttemptFailed, BuildRequested, Failure } from '@gild/contracts';
import { command, oneOf } from '@gild/kernel';
import { z } from 'zod';

const attempt = z.int().min(1);
const now = z.string();
/** How long the attempt took; absent when nobody measured all of it. */
const tookMs = AttemptFailed.shape.data.shape.tookMs;

export const JobCommand = oneOf(
  command('RequestBuild', BuildRequested.shape.data.shape),
  command('ReportWaiting', { code: z.string(), message: z.string() }),
  command('GrantAttempt', {
    attempt,
    agentId: z.string(),
    leaseMs: z.number(),
    emulated: z.boolean().optional(),
    now,
  }),
  command('RecordFact', {
    agentId: z.string(),
    seq: z.int().min(1),
    fact: AgentReport.shape.fact,
    now,
    tookMs,
  }),
  command('EndAttempt', { attempt, failure: Failure, now }),
  command('LoseAttempt', {
    attempt,
    message: z.string(),
    unheard: z.boolean().optional(),
    notBegun: z.boolean().optional(),
    now,
    tookMs,
  }),
  command('NoteLateReport', { attempt, agentId: z.string(), report: z.string() }),
  command('RequestCancel', { by: z.string(), reason: z.string().optional() }),
  command('CompleteBuild', { attempt, version: z.string() }),
  command('RefuseArtifact', { attempt, failure: Failure, now, tookMs }),
);
export type JobCommand = z.infer<typeof JobCommand>;

type Data<T extends JobCommand['type']> = Extract<JobCommand, { type: T }>['data'];
export type GrantAttempt = Data<'GrantAttempt'>;
export type LoseAttempt = Data<'LoseAttempt'>;
export type RecordFact = Data<'RecordFact'>;
export type NoteLateReport = Data<'NoteLateReport'>;
export type RequestCancel = Data<'RequestCancel'>;
export type CompleteBuild = Data<'CompleteBuild'>;

export type JobRejection =
  | { code: 'JOB_NOT_FOUND' }
  | { code: 'JOB_ENDED'; status: string }
  /** The attempt is not the current one, or not this agent's. */
  | { code: 'STALE_ATTEMPT'; attempt: number; currentAttempt: number }
  | { code: 'NOT_WAITING'; status: string }
  | { code: 'NOT_DUE'; retryAt: string }
  /** Facts are recorded in order: this one is expected next. */
  | { code: 'FACT_MISSING'; expected: number }
  | { code: 'NO_ARTIFACT_REPORTED'; attempt: number };
