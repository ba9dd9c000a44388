import { recordedReason, type AgentTrouble, type Failure } from '@gild/contracts';
import { epochMs, laterBy } from '@gild/kernel';

/** Builds an agent may fail in a row before it is suspected; one that is on probation may fail none. */
const MOST_TROUBLES = 3;
/** What happens to several builds at the same time has one cause. */
const ONE_CAUSE_MS = 30_000;
const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

/** These say nothing about the agent's host: it was told to leave, the way to it was cut, or something all agents share failed. */
const NOT_ITS_HOST: ReadonlySet<string> = new Set([
  'AGENT_LEAVING',
  'LEASE_LOST',
  'AGENT_ABSENT',
  ...['MIRROR_UNREACHABLE', 'DOWNLOAD_MISMATCH'],
  ...['STORE_IO', 'STORE_FULL', 'STORE_UNAVAILABLE', 'INPUTS_MISSING', 'INPUTS_DAMAGED', 'BASE_DAMAGED'],
  ...['UNAVAILABLE', 'TIMEOUT'],
]);

/** What befell builds on an agent since the last one that succeeded, oldest first, each cause once. */
export type Troubles = readonly (AgentTrouble & { time: string })[];

/** Whether a failure speaks against the agent it happened on: not if the build, or somebody, is to blame. */
export const isTrouble = ({ class: failureClass, code }: Failure): boolean =>
  (failureClass === 'infrastructure' || failureClass === 'lost') && !NOT_ITS_HOST.has(code);

/** The troubles with one more, unless its build or its cause is among them. */
export const withTrouble = (troubles: Troubles, trouble: Troubles[number]): Troubles => {
  const known = troubles.some(
    ({ jobId, time }) =>
      jobId === trouble.jobId || Math.abs(epochMs(trouble.time) - epochMs(time)) < ONE_CAUSE_MS,
  );
  return known ? troubles : [...troubles, trouble].slice(-MOST_TROUBLES);
};

/** Why an agent is to be quarantined after these, with the evidence; undefined: it is not. `round`: quarantines in a row so far. */
export const suspicion = (
  troubles: Troubles,
  round: number,
): { reason: string; evidence: AgentTrouble[] } | undefined => {
  const last = troubles.at(-1);
  if (last === undefined || (round === 0 && troubles.length < MOST_TROUBLES)) return undefined;
  const what =
    round === 0 ? `${MOST_TROUBLES} builds in a row failed there` : 'the build that tried it failed';
  const evidence = troubles.map(({ time: _, ...trouble }) => trouble);
  return { reason: recordedReason(`${what}: ${last.message}`), evidence };
};

/** Each quarantine in a row is twice as long as the one before, to a bound. */
export const quarantineMs = (times: number): number => Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS);

export const quarantineUntil = (now: string, times: number): string => laterBy(now, quarantineMs(times));
