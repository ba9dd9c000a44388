import type { JobEvent } from '@gild/contracts';
import { fold, laterBy } from '@gild/kernel';
import fc from 'fast-check';
import type { JobCommand } from './job-commands.js';
import { hasEnded, highestAttempt } from './job-state.js';
import { job } from './job.js';
import {
  ended,
  failure,
  granted,
  NOW,
  reported,
  report,
  request,
  requested,
  started,
} from './sample-job-events.spec.js';

const agentId = fc.constantFrom('oak', 'elm');
const attempt = fc.integer({ min: 1, max: 6 });
const seq = fc.integer({ min: 1, max: 4 });
const now = fc.integer({ min: 0, max: 120_000 }).map((ms) => laterBy(NOW, ms));
const fact = attempt.chain((number) =>
  fc.constantFrom(
    started(number, 'disk'),
    reported(number),
    ended(number, 'infrastructure'),
    ended(number, 'install'),
    ended(number, 'cancelled'),
  ),
);

const command: fc.Arbitrary<JobCommand> = fc.oneof(
  fc.constant<JobCommand>({ type: 'RequestBuild', data: request }),
  fc
    .record({ attempt, agentId, now, leaseMs: fc.constant(30_000) })
    .map((data) => ({ type: 'GrantAttempt', data }) as const),
  fc.tuple(seq, fact, agentId).map((args) => report(...args)),
  fc
    .record({ attempt, now, message: fc.constant('silent') })
    .map((data) => ({ type: 'LoseAttempt', data }) as const),
  attempt.map((number) => ({ type: 'CompleteBuild', data: { attempt: number, version: '1.0.0' } }) as const),
  fc
    .record({ attempt, now, failure: fc.constantFrom(failure('infrastructure'), failure('definition')) })
    .map((data) => ({ type: 'RefuseArtifact', data }) as const),
  fc
    .record({ attempt, agentId, report: fc.constant('r') })
    .map((data) => ({ type: 'NoteLateReport', data }) as const),
  fc.constant<JobCommand>({ type: 'RequestCancel', data: { by: 'bob' } }),
);

const terminal = new Set<JobEvent['type']>(['BuildCompleted', 'BuildFailed', 'BuildCancelled']);

const run = (
  commands: readonly JobCommand[],
  check: (events: JobEvent[], next: JobCommand) => void,
): JobEvent[] => {
  const events: JobEvent[] = [requested];
  for (const next of commands) {
    const decision = job.decide(next, fold(job, events));
    if (decision.ok) events.push(...decision.events);
    check(events, next);
  }
  return events;
};

const anyRun = (property: (commands: JobCommand[]) => void) =>
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      property(commands);
    }),
    { numRuns: 400 },
  );

it('ends at most once, and completes only with the highest attempt granted', () =>
  anyRun((commands) => {
    const events = run(commands, () => undefined);
    const ends = events.filter(({ type }) => terminal.has(type));
    expect(ends.length).toBeLessThanOrEqual(1);
    const grants = events.flatMap((it) => (it.type === 'AttemptGranted' ? [it.data.attempt] : []));
    expect(grants).toStrictEqual(grants.map((_, index) => index + 1));
    for (const end of ends) {
      expect(hasEnded(fold(job, events))).toBe(true);
      if (end.type === 'BuildCompleted') expect(end.data.attempt).toBe(Math.max(...grants));
    }
  }));

it('records nothing twice: the same command again changes nothing', () =>
  anyRun((commands) =>
    run(commands, (events, last) => {
      const again = job.decide(last, fold(job, events));
      expect(again.ok ? again.events : []).toStrictEqual([]);
    }),
  ));

it('uses nothing of an attempt that is not the current one', () =>
  anyRun((commands) => {
    const events = run(commands, () => undefined);
    let current = 0;
    for (const event of events) {
      if (event.type === 'AttemptGranted') current = event.data.attempt;
      else if (event.type !== 'LateReportRefused' && 'attempt' in event.data) {
        expect(event.data.attempt).toBe(current);
      }
      if (event.type === 'AttemptFailed' || event.type === 'AttemptLost') current = 0;
    }
  }));

it('never grants more attempts than the retries and two losses allow', () =>
  anyRun((commands) =>
    expect(
      highestAttempt(
        fold(
          job,
          run(commands, () => undefined),
        ),
      ),
    ).toBeLessThanOrEqual(request.infrastructureRetries + 2 + 1),
  ));

it('folds any events in any order without throwing, and an end stays an end', () => {
  const loss = { class: 'lost', code: 'X', message: 'm' } as const;
  const any = fc.oneof(
    fc.constant<JobEvent>(requested),
    fc.tuple(attempt, agentId).map((args) => granted(...args)),
    fact.filter((it) => it.type !== 'AttemptEnded'),
    attempt.map((number): JobEvent => ({ type: 'AttemptFailed', data: { attempt: number, failure: loss } })),
    attempt.map((number): JobEvent => ({
      type: 'AttemptLost',
      data: { attempt: number, agentId: 'oak', message: 'm' },
    })),
    fc.constant<JobEvent>({ type: 'CancelRequested', data: { by: 'bob' } }),
    fc.constant<JobEvent>({ type: 'BuildCancelled', data: { by: 'bob' } }),
    attempt.map((number): JobEvent => ({
      type: 'BuildCompleted',
      data: { attempt: number, version: '1.0.0' },
    })),
  );
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (events) => {
      const ends = events.map((_, index) => fold(job, events.slice(0, index + 1))).filter(hasEnded);
      expect(new Set(ends.map(({ status }) => status)).size).toBeLessThanOrEqual(1);
    }),
  );
});
