import { DatabaseSync } from 'node:sqlite';

/** One event as it lies in the store. */
export type RawEvent = {
  position: number;
  stream: string;
  revision: number;
  type: string;
  data: Readonly<Record<string, unknown>>;
};

/** Every event of a store's file, in order, read past everything that is ours. */
export const rawEvents = (path: string): RawEvent[] => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    const rows = database.prepare(
      'SELECT position, stream, revision, type, data FROM events ORDER BY position',
    );
    return rows.all().map((row) => ({
      ...{ position: Number(row['position']), stream: String(row['stream']) },
      ...{ revision: Number(row['revision']), type: String(row['type']) },
      data: JSON.parse(String(row['data'])) as RawEvent['data'],
    }));
  } finally {
    database.close();
  }
};

/** What a client was told: a submission without an answer may have happened or not. */
export type Told = { key: string; outcome: 'acked' | 'unknown'; jobId?: string };

/** The events of one job, in order. */
export const eventsOfJob = (events: readonly RawEvent[], jobId: string): RawEvent[] =>
  events.filter(({ stream }) => stream === `job-${jobId}`);

/** The attempt an event is about. */
export const attemptOf = ({ data }: RawEvent): number => Number(data['attempt']);

/** The attempts of one job that were granted: to whom. */
export const grantsOf = (events: readonly RawEvent[], jobId: string): string[] =>
  eventsOfJob(events, jobId)
    .filter(({ type }) => type === 'AttemptGranted')
    .map(({ data }) => String(data['agentId']));
