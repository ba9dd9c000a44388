import type { Failure } from '@gild/contracts';
import { laterBy } from '@gild/kernel';

/**
 * An end that says nothing about the build: something failed around it, its agent was lost, its agent and the scheduler lost
 * each other while both lived or before the agent had begun, or its agent left because it was told to.
 */
export type SetbackKind = 'fault' | 'loss' | 'separation' | 'departure';
export type Setbacks = Readonly<Record<SetbackKind, number>>;

/** A build whose attempts lose so many agents is taken for what kills them. */
export const MOST_LOSSES = 3;
/** Agents that are restarted hold no build up; agents that do nothing else must not keep one for ever. */
const MOST_DEPARTURES = 50;
/** The same for a build that finds nobody to work on it through. */
const MOST_SEPARATIONS = 20;
const FIRST_DELAY_MS = 10_000;
/** Its lease was waited for already. */
const FIRST_AFTER_SILENCE_MS = 3_000;
const GROWTH = 3;
/** Ten allowed retries would otherwise end in a wait of two days. */
const LONGEST_DELAY_MS = 3_600_000;
const LONGEST_AFTER_SEPARATION_MS = 60_000;

const kindByCode: Readonly<Record<string, SetbackKind>> = {
  AGENT_LEAVING: 'departure',
  LEASE_LOST: 'separation',
};

const NEVER_BEGUN: ReadonlySet<string> = new Set(['AGENT_ABSENT', 'START_TIMEOUT']);

type Loss = { message: string; unheard?: boolean | undefined; notBegun?: boolean | undefined };

/** How an attempt failed whose agent is gone, or (`unheard`) certainly never worked on it, though it may be there (`notBegun`). */
export const lossOf = ({ message, unheard, notBegun }: Loss): Failure => ({
  ...{ class: 'lost', message },
  code: unheard !== true ? 'AGENT_LOST' : notBegun === true ? 'START_TIMEOUT' : 'AGENT_ABSENT',
});

/**
 * What kind of setback an attempt that ended so is; undefined when the build itself is to blame, or when the next attempt
 * would end the same until somebody mends the host.
 */
export const setbackKind = ({ class: failureClass, code, retryable }: Failure): SetbackKind | undefined => {
  if (failureClass === 'lost') return NEVER_BEGUN.has(code) ? 'separation' : 'loss';
  if (retryable === false) return undefined;
  return failureClass === 'infrastructure' ? (kindByCode[code] ?? 'fault') : undefined;
};

/** How long a build waits after its n-th setback of a kind (from 1). */
export const retryDelayMs = (kind: SetbackKind, count: number): number => {
  if (kind === 'departure') return 0;
  const longest = kind === 'separation' ? LONGEST_AFTER_SEPARATION_MS : LONGEST_DELAY_MS;
  const first = kind === 'fault' ? FIRST_DELAY_MS : FIRST_AFTER_SILENCE_MS;
  return Math.min(first * GROWTH ** (count - 1), longest);
};

type Standing = { setbacks: Setbacks; retriesAllowed: number };

/** When the build may be granted again, or undefined when it may not. */
export const retryTime = (
  failure: Failure,
  { setbacks, retriesAllowed }: Standing,
  now: string,
): string | undefined => {
  const kind = setbackKind(failure);
  if (kind === undefined) return undefined;
  const most = {
    fault: retriesAllowed + 1,
    loss: MOST_LOSSES,
    separation: MOST_SEPARATIONS,
    departure: MOST_DEPARTURES,
  }[kind];
  const count = setbacks[kind] + 1;
  return count < most ? laterBy(now, retryDelayMs(kind, count)) : undefined;
};
