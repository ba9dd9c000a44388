import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { attemptOf, type RawEvent, type Told } from './farm-record.js';

const FINAL = ['BuildCompleted', 'BuildFailed', 'BuildCancelled'];
const ATTEMPT_ENDS = ['AttemptFailed', 'AttemptLost', 'ArtifactReported', ...FINAL];

/**
 * What must hold after every fault and does not, a sentence each: judged by the raw events and by what clients were told, never by
 * what the farm says of itself. The numbers are those of the design's invariants.
 */
export const violationsIn = (
  events: readonly RawEvent[],
  { told, agents }: { told: readonly Told[]; agents: readonly string[] },
): string[] => {
  const jobs = [...byStream(events)].filter(([stream]) => stream.startsWith('job-'));
  return [
    ...lostAcks(events, told),
    ...gaps(events),
    ...jobs.flatMap(([stream, history]) => [...secondEnds(stream, history), ...badAttempts(stream, history)]),
    ...secondVersions(events),
    ...jobs.flatMap(([stream, history]) => forgotten(stream, history, agents)),
    ...doubleLeases(events),
  ];
};

const byStream = (events: readonly RawEvent[]): Map<string, RawEvent[]> =>
  Map.groupBy(events, ({ stream }) => stream);

/** I1: what was acknowledged is there, and the same request made one job. */
const lostAcks = (events: readonly RawEvent[], told: readonly Told[]): string[] => {
  const requested = events.filter(({ type }) => type === 'BuildRequested').map(({ data }) => data['jobId']);
  const acked = told.filter(({ outcome }) => outcome === 'acked');
  return [
    ...acked.flatMap(({ key, jobId }) => {
      const times = requested.filter((each) => each === jobId).length;
      return times === 1
        ? []
        : [`I1: request ${key} was acknowledged, and job ${jobId} is there ${times} times`];
    }),
    ...[...Map.groupBy(acked, ({ key }) => key)].flatMap(([key, answers]) => {
      const jobIds = new Set(answers.map(({ jobId }) => jobId));
      return jobIds.size === 1 ? [] : [`I1: request ${key} gave jobs ${[...jobIds].join(', ')}`];
    }),
  ];
};

/** I2: the revisions of a stream count from 0 in the order of the log. */
const gaps = (events: readonly RawEvent[]): string[] =>
  [...byStream(events)].flatMap(([stream, history]) =>
    history.every(({ revision }, index) => revision === index)
      ? []
      : [`I2: ${stream} has revisions ${history.map(({ revision }) => revision).join(' ')}`],
  );

/** I3: a build ends once, and by the highest attempt. */
const secondEnds = (stream: string, history: readonly RawEvent[]): string[] => {
  const ends = history.filter(({ type }) => FINAL.includes(type));
  const completed = ends.find(({ type }) => type === 'BuildCompleted');
  const highest = Math.max(0, ...history.filter(({ type }) => type === 'AttemptGranted').map(attemptOf));
  return [
    ...(ends.length > 1 ? [`I3: ${stream} ended ${ends.length} times`] : []),
    ...(completed !== undefined && attemptOf(completed) !== highest
      ? [`I3: ${stream} was completed by attempt ${attemptOf(completed)} of ${highest}`]
      : []),
  ];
};

/** I3: attempts are granted one after the other, each when the one before is over. */
const badAttempts = (stream: string, history: readonly RawEvent[]): string[] => {
  let granted = 0;
  let open = false;
  return history.flatMap((event) => {
    if (ATTEMPT_ENDS.includes(event.type)) open = false;
    if (event.type !== 'AttemptGranted') return [];
    const isNext = !open && attemptOf(event) === granted + 1;
    granted = attemptOf(event);
    open = true;
    return isNext ? [] : [`I3: ${stream} was granted attempt ${granted} out of turn`];
  });
};

/** I3: a job has one version. */
const secondVersions = (events: readonly RawEvent[]): string[] => {
  const published = events.filter(({ type }) => type === 'VersionPublished');
  return [...Map.groupBy(published, ({ data }) => data['jobId'])].flatMap(([jobId, versions]) =>
    versions.length === 1 ? [] : [`I3: job ${String(jobId)} has ${versions.length} versions`],
  );
};

/** I8: a build is over, waits, or is worked on by an agent that is there. */
const forgotten = (stream: string, history: readonly RawEvent[], agents: readonly string[]): string[] => {
  if (history.some(({ type }) => FINAL.includes(type))) return [];
  const last = history.findLast(({ type }) => type === 'AttemptGranted' || ATTEMPT_ENDS.includes(type));
  if (last?.type === 'ArtifactReported') return [`I8: ${stream} was reported and never settled`];
  const isHeld = last?.type === 'AttemptGranted' && !agents.includes(String(last.data['agentId']));
  return isHeld ? [`I8: ${stream} is held by agent ${String(last.data['agentId'])}, which is gone`] : [];
};

/** I9: an agent never holds more leases than it has slots. */
const doubleLeases = (events: readonly RawEvent[]): string[] => {
  const slots = new Map<string, number>();
  const held = new Map<string, string>();
  return events.flatMap(({ type, stream, data }) => {
    const agentId = String(data['agentId']);
    if (type === 'AgentAnnounced') slots.set(agentId, Number(data['slots']));
    if (ATTEMPT_ENDS.includes(type)) held.delete(stream);
    if (type !== 'AttemptGranted') return [];
    held.set(stream, agentId);
    const leases = [...held.values()].filter((each) => each === agentId).length;
    return leases <= (slots.get(agentId) ?? 0)
      ? []
      : [`I9: agent ${agentId} was given ${stream} as lease ${leases}`];
  });
};

type Published = { artifact: { object: { key: string; sha256: string } } };

/** I4: every version's disk is in the folder of objects, and is what its name says. */
export const damagedObjects = (events: readonly RawEvent[], objects: string): string[] =>
  events
    .filter(({ type }) => type === 'VersionPublished')
    .flatMap(({ data }) => {
      const { key, sha256 } = (data as Published).artifact.object;
      const path = `${objects}/objects/${key}`;
      const found = existsSync(path)
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : 'nothing';
      return found === sha256 ? [] : [`I4: ${key} holds ${found}`];
    });
