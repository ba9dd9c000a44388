import type { StepLimits } from '@gild/builder-domain';
import { type Clock, Fault } from '@gild/ports';
import type { SignsOfLife } from './signs-of-life.js';
import type { WorkingTime } from './working-time.js';

/** What is stopped and does not end is left behind after this long, so that a build always does. */
const GIVE_UP_MS = 60_000;

export type Watched = {
  step: string;
  limits: StepLimits;
  clock: Clock;
  /** What counts against the limits. */
  working: WorkingTime;
  life: SignsOfLife;
  signal: AbortSignal;
};

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} minutes`;

const tookTooLong = (step: string, limitMs: number): Fault =>
  new Fault(
    'STEP_TIMEOUT',
    `${step} took longer than its limit of ${minutes(limitMs)} and was ended. ` +
      'The end of the log tells what it was at; have it do less, or divide it among several taskservs.',
  );

const wasSilent = (step: string, limitMs: number): Fault =>
  new Fault(
    'BUILD_SILENT',
    `${step} printed nothing and made no progress for ${minutes(limitMs)}, its limit, and was ended. ` +
      'The end of the log tells what it was at; if it needs longer, have it print its progress.',
  );

/** Resolves when there was no sign of life for the limit. */
const silence = async (
  limitMs: number,
  { working, life }: Pick<Watched, 'working' | 'life'>,
  signal: AbortSignal,
): Promise<void> => {
  for (let leftMs = limitMs; leftMs > 0; leftMs = limitMs - life.silentMs())
    await working.delay(leftMs, signal);
};

/**
 * Runs a step with a signal that also aborts when it takes too long, or is silent for too long. Faults: STEP_TIMEOUT, BUILD_SILENT;
 * both only once the step has ended, or did not within a minute of being told to.
 */
export const withinLimits = async <T>(
  { step, limits, clock, working, life, signal }: Watched,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const over = new AbortController();
  const done = new AbortController();
  const end = (fault: Fault) => (): void => over.abort(fault);
  const ignore = () => undefined;
  life.sign();
  working.delay(limits.longestMs, done.signal).then(end(tookTooLong(step, limits.longestMs)), ignore);
  const { silentMs } = limits;
  if (silentMs !== undefined)
    silence(silentMs, { working, life }, done.signal).then(end(wasSilent(step, silentMs)), ignore);
  const ended = AbortSignal.any([signal, over.signal]);
  try {
    return await orGivenUp(run(ended), { signal: ended, clock, done: done.signal });
  } catch (error) {
    if (over.signal.aborted && !signal.aborted) throw over.signal.reason as Fault;
    throw error;
  } finally {
    done.abort();
  }
};

type GivingUp = { signal: AbortSignal; clock: Clock; done: AbortSignal };

const orGivenUp = async <T>(running: Promise<T>, { signal, clock, done }: GivingUp): Promise<T> => {
  const givenUp = new Promise<never>((_, reject) => {
    const later = () =>
      void clock.delay(GIVE_UP_MS, done).then(
        () => reject(signal.reason as Error),
        () => undefined,
      );
    if (signal.aborted) later();
    else signal.addEventListener('abort', later, { once: true, signal: done });
  });
  return Promise.race([running, givenUp]);
};
