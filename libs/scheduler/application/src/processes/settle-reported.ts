import { streams } from '@gild/contracts';
import { highestAttempt } from '@gild/scheduler-domain';
import { SCHEDULER, type Farm } from '../farm.js';
import { entriesOf, type JobEntry, type JobsState } from '../views/jobs-state.js';
import { forEach, ofJob } from './for-each.js';

/** Ends builds whose version the registry published, be it from an earlier attempt, and sends back those whose artifact it refused. */
export const settleReported = async (state: JobsState, farm: Farm): Promise<void> => {
  const reported = entriesOf(state.underWay, state).filter(
    ({ record }) => record.state.status === 'reported',
  );
  await forEach(reported, { report: farm.report, of: ofJob }, (entry) => settle(entry, farm));
};

const settle = async (
  { record, verdict }: JobEntry,
  { decideJob, clock, leases, hearing }: Farm,
): Promise<void> => {
  const attempt = highestAttempt(record.state);
  if (verdict === undefined || (verdict.kind === 'refused' && verdict.attempt !== attempt)) return;
  const { jobId, imageName, imageVersion } = record.request;
  const causationStream = streams.version(imageName, imageVersion);
  const cause = { actor: SCHEDULER, causationId: verdict.eventId, causationStream };
  if (verdict.kind === 'published') {
    const { version } = verdict;
    await decideJob(jobId, { type: 'CompleteBuild', data: { attempt, version } }, cause);
  } else {
    const tookMs = leases.tookUntilHeardMs({ jobId, attempt }, hearing.forMs());
    const data = { attempt, failure: verdict.failure, now: clock.now(), tookMs };
    await decideJob(jobId, { type: 'RefuseArtifact', data }, cause);
  }
};
