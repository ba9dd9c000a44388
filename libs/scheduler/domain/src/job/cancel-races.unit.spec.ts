import type { JobEvent } from '@gild/contracts';
import { fold } from '@gild/kernel';
import type { JobCommand } from './job-commands.js';
import { hasEnded, highestAttempt } from './job-state.js';
import { job } from './job.js';
import { failure, granted, NOW, report, reported, requested } from './sample-job-events.spec.js';

const LATER = '2026-11-23T10:00:00.000Z';
const grant = (attempt: number): JobCommand => ({
  type: 'GrantAttempt',
  data: { attempt, agentId: 'oak', leaseMs: 30_000, now: LATER },
});
const complete = (attempt: number): JobCommand => ({
  type: 'CompleteBuild',
  data: { attempt, version: '1.0.0' },
});
const lose = (attempt: number): JobCommand => ({
  type: 'LoseAttempt',
  data: { attempt, message: 'silent', now: NOW },
});
const cancel: JobCommand = { type: 'RequestCancel', data: { by: 'ada' } };

/** What races: each of these may come at any time, once. */
const RACING: readonly JobCommand[] = [
  cancel,
  report(1, reported(1)),
  complete(1),
  lose(1),
  { type: 'RefuseArtifact', data: { attempt: 1, failure: failure('infrastructure'), now: NOW } },
  grant(2),
  report(1, reported(2)),
];

const orders = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

const TERMINAL: ReadonlySet<string> = new Set(['BuildCompleted', 'BuildFailed', 'BuildCancelled']);
const decided = (events: readonly JobEvent[], command: JobCommand): JobEvent[] => {
  const decision = job.decide(command, fold(job, events));
  return decision.ok ? [...events, ...decision.events] : [...events];
};
/** Whatever is open is brought to its end, as the processes around it would. */
const finished = (events: JobEvent[]): JobEvent[] => {
  let course = events;
  for (let turn = 0; turn < 5 && !hasEnded(fold(job, course)); turn += 1) {
    const attempt = highestAttempt(fold(job, course));
    for (const command of [grant(attempt + 1), lose(attempt), complete(attempt)])
      course = decided(course, command);
  }
  return course;
};

it('row 29: a build that is cancelled while it completes, is lost and is tried again ends exactly once', () => {
  const begin = [requested, granted(1)];
  const ends = new Set<string>();
  for (const order of orders(RACING)) {
    const course = finished(order.reduce<JobEvent[]>(decided, begin));
    const terminal = course.filter(({ type }) => TERMINAL.has(type)).map(({ type }) => type);
    if (terminal.length !== 1)
      throw new Error(`ended ${terminal.join(', ') || 'never'}: ${JSON.stringify(order)}`);
    ends.add(terminal.join());
    const again = job.decide(cancel, fold(job, course));
    const said = again.ok ? 'nothing to do' : again.rejection.code;
    if (said !== (terminal[0] === 'BuildCancelled' ? 'nothing to do' : 'JOB_ENDED'))
      throw new Error(
        `a cancel of what ended by ${terminal.join()} is answered ${said}: ${JSON.stringify(order)}`,
      );
    expect(course.length).toBeLessThan(20);
  }
  expect([...ends].sort()).toStrictEqual(['BuildCancelled', 'BuildCompleted']);
});
