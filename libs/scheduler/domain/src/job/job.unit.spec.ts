import type { JobEvent } from '@gild/contracts';
import { accept, fold, reject, scenario } from '@gild/kernel';
import { job } from './job.js';
import { retryDelayMs } from './retry.js';
import {
  artifact,
  ended,
  failure,
  granted,
  NOW,
  report,
  reported,
  request,
  requested,
  started,
} from './sample-job-events.spec.js';

const given = scenario(job);
const grant = (attempt: number, agentId = 'oak', now = NOW) =>
  ({ type: 'GrantAttempt', data: { attempt, agentId, leaseMs: 30_000, now } }) as const;
const lose = (attempt: number) =>
  ({ type: 'LoseAttempt', data: { attempt, message: 'silent for 30 s', now: NOW } }) as const;
const cancel = { type: 'RequestCancel', data: { by: 'bob' } } as const;
const complete = (attempt: number) =>
  ({ type: 'CompleteBuild', data: { attempt, version: '1.0.0' } }) as const;
const refuse = (attempt: number, name: 'infrastructure' | 'definition' = 'infrastructure') =>
  ({ type: 'RefuseArtifact', data: { attempt, failure: failure(name), now: NOW } }) as const;

const failed = (attempt: number, rest: object = {}): JobEvent => ({
  type: 'AttemptFailed',
  data: { attempt, failure: failure('infrastructure'), ...rest },
});
const lost = (attempt: number, retryAt?: string): JobEvent => ({
  type: 'AttemptLost',
  data: {
    attempt,
    agentId: 'oak',
    message: 'silent for 30 s',
    ...(retryAt === undefined ? {} : { retryAt }),
  },
});
const IN_3_S = '2026-11-23T09:00:03.000Z';
const IN_10_S = '2026-11-23T09:00:10.000Z';
const IN_30_S = '2026-11-23T09:00:30.000Z';
const cancelRequested: JobEvent = { type: 'CancelRequested', data: { by: 'bob' } };
const cancelled: JobEvent = { type: 'BuildCancelled', data: { by: 'bob' } };
const completed: JobEvent = { type: 'BuildCompleted', data: { attempt: 1, version: '1.0.0' } };
const staleAttempt = (attempt: number, currentAttempt: number) =>
  reject({ code: 'STALE_ATTEMPT', attempt, currentAttempt });

describe('a request', () => {
  it('is recorded once, however often it is repeated', () => {
    expect(given().when({ type: 'RequestBuild', data: request })).toStrictEqual(accept(requested));
    expect(given(requested).when({ type: 'RequestBuild', data: request })).toStrictEqual(accept());
  });
  it('must come before anything else', () =>
    expect(given().when(cancel)).toStrictEqual(reject({ code: 'JOB_NOT_FOUND' })));
  it('tells why it waits only when the reason changed', () => {
    const waiting = { code: 'NO_AGENT', message: 'no agent for aarch64' };
    const told: JobEvent = { type: 'BuildWaiting', data: { reason: waiting } };
    expect(given(requested).when({ type: 'ReportWaiting', data: waiting })).toStrictEqual(accept(told));
    expect(given(requested, told).when({ type: 'ReportWaiting', data: waiting })).toStrictEqual(accept());
    expect(given(requested, granted(1)).when({ type: 'ReportWaiting', data: waiting })).toStrictEqual(
      accept(),
    );
  });
});

describe('a grant', () => {
  it('gives the build to one agent', () => {
    expect(given(requested).when(grant(1))).toStrictEqual(accept(granted(1)));
    expect(given(requested, granted(1)).when(grant(1))).toStrictEqual(accept());
    expect(given(requested, granted(1)).when(grant(1, 'elm'))).toStrictEqual(staleAttempt(1, 1));
  });
  it('numbers attempts without a gap, one at a time', () => {
    expect(given(requested).when(grant(2))).toStrictEqual(staleAttempt(2, 0));
    expect(given(requested, granted(1)).when(grant(2))).toStrictEqual(
      reject({ code: 'NOT_WAITING', status: 'running' }),
    );
  });
  it('waits for the back-off to pass', () => {
    const before = given(requested, granted(1), lost(1, IN_3_S));
    expect(before.when(grant(2))).toStrictEqual(reject({ code: 'NOT_DUE', retryAt: IN_3_S }));
    expect(before.when(grant(2, 'elm', IN_3_S))).toStrictEqual(accept(granted(2, 'elm')));
  });
});

describe('a fact of the agent', () => {
  const step = started(1, 'disk');
  it('is recorded once and in order', () => {
    expect(given(requested, granted(1)).when(report(1, step))).toStrictEqual(accept(step));
    expect(given(requested, granted(1), step).when(report(1, step))).toStrictEqual(accept());
    expect(given(requested, granted(1)).when(report(2, step))).toStrictEqual(
      reject({ code: 'FACT_MISSING', expected: 1 }),
    );
  });
  it('is also that it is parked, and that it goes on', () => {
    const reason = { code: 'STORE_FULL', message: 'it is full' };
    const parked: JobEvent = { type: 'AttemptParked', data: { attempt: 1, reason } };
    const resumed: JobEvent = { type: 'AttemptResumed', data: { attempt: 1 } };
    expect(given(requested, granted(1)).when(report(1, parked))).toStrictEqual(accept(parked));
    expect(given(requested, granted(1), parked).when(report(2, resumed))).toStrictEqual(accept(resumed));
    expect(given(requested, granted(1), parked, resumed).when(report(3, step))).toStrictEqual(accept(step));
  });
  it('is refused of an attempt that was replaced, of another agent, and of one never granted', () => {
    const replaced = given(requested, granted(1), lost(1, IN_3_S), granted(2, 'elm'));
    expect(replaced.when(report(1, step))).toStrictEqual(staleAttempt(1, 2));
    expect(replaced.when(report(1, started(2, 'disk')))).toStrictEqual(staleAttempt(2, 2));
    expect(replaced.when(report(1, started(3, 'disk'), 'elm'))).toStrictEqual(staleAttempt(3, 2));
  });
  it('is known again after its attempt ended', () =>
    expect(given(requested, granted(1), failed(1)).when(report(1, ended(1, 'infrastructure')))).toStrictEqual(
      accept(),
    ));
  it('changes nothing after the artifact, unless it is one more record', () => {
    const before = given(requested, granted(1), reported(1));
    expect(before.when(report(2, ended(1, 'infrastructure')))).toStrictEqual(accept());
    expect(before.when(report(2, reported(1)))).toStrictEqual(accept());
    expect(before.when(report(2, step))).toStrictEqual(accept(step));
  });
});

describe('a late report', () => {
  const note = (attempt: number, agentId = 'oak') =>
    ({ type: 'NoteLateReport', data: { attempt, agentId, report: 'StepStarted' } }) as const;
  const refused = (attempt: number): JobEvent => ({
    type: 'LateReportRefused',
    data: { attempt, currentAttempt: 1, agentId: 'oak', report: 'StepStarted' },
  });
  const before = [requested, granted(1), lost(1, IN_3_S)];
  it('is kept as evidence once per attempt', () => {
    expect(given(...before).when(note(1))).toStrictEqual(accept(refused(1)));
    expect(given(...before, refused(1)).when(note(1))).toStrictEqual(accept());
  });
  it('of attempts never granted is kept once in all', () => {
    expect(given(...before).when(note(7))).toStrictEqual(accept(refused(7)));
    expect(given(...before, refused(7)).when(note(8))).toStrictEqual(accept());
  });
  it('is not one when the attempt is current', () =>
    expect(given(requested, granted(1)).when(note(1))).toStrictEqual(accept()));
});

describe('a failure', () => {
  it.each(['install', 'definition', 'test', 'timeout', 'cancelled'] as const)(
    'of class %s ends the build',
    (name) =>
      expect(given(requested, granted(1)).when(report(1, ended(1, name)))).toStrictEqual(
        accept(
          { type: 'AttemptFailed', data: { attempt: 1, failure: failure(name) } },
          { type: 'BuildFailed', data: { failure: failure(name), attempts: 1 } },
        ),
      ),
  );
  it('of the infrastructure is retried with a growing delay', () => {
    const first = given(requested, granted(1)).when(report(1, ended(1, 'infrastructure')));
    expect(first).toStrictEqual(accept(failed(1, { retryAt: IN_10_S })));
    const second = given(requested, granted(1), failed(1, { retryAt: NOW }), granted(2)).when(
      report(1, ended(2, 'infrastructure')),
    );
    expect(second).toStrictEqual(accept(failed(2, { retryAt: IN_30_S })));
    expect([1, 2, 3, 4, 9].map((count) => retryDelayMs('fault', count))).toStrictEqual([
      10_000, 30_000, 90_000, 270_000, 3_600_000,
    ]);
  });
  it('of the infrastructure that does not pass by itself ends the build at once', () => {
    const reason = { ...failure('infrastructure'), code: 'TOOL_MISSING', retryable: false };
    const end = { type: 'EndAttempt', data: { attempt: 1, failure: reason, now: NOW } } as const;
    expect(given(requested, granted(1)).when(end)).toStrictEqual(
      accept<JobEvent>(
        { type: 'AttemptFailed', data: { attempt: 1, failure: reason } },
        { type: 'BuildFailed', data: { failure: reason, attempts: 1 } },
      ),
    );
  });
  it('of the infrastructure ends the build when its retries are used up', () => {
    const third = given(requested, granted(1), failed(1), granted(2), failed(2), granted(3)).when(
      report(1, ended(3, 'infrastructure')),
    );
    expect(third).toStrictEqual(
      accept(failed(3), {
        type: 'BuildFailed',
        data: { failure: failure('infrastructure'), attempts: 3 },
      }),
    );
  });
  it('found by the scheduler counts once', () => {
    const end = { type: 'EndAttempt', data: { attempt: 1, failure: failure('timeout'), now: NOW } } as const;
    const over = given(requested, granted(1)).when(end);
    expect(over).toMatchObject({ ok: true, events: [{ type: 'AttemptFailed' }, { type: 'BuildFailed' }] });
    expect(given(requested, granted(1), ...(over.ok ? over.events : [])).when(end)).toStrictEqual(accept());
    expect(given(requested, granted(1), lost(1, NOW)).when(lose(1))).toStrictEqual(accept());
    expect(given(requested).when(lose(1))).toStrictEqual(staleAttempt(1, 0));
  });
});

it('records the proof that nothing is left of an attempt that was stopped', () => {
  const cleanUp = { processes: 0, mounts: 0, folderRemoved: true, tookMs: 12 };
  const ended = {
    type: 'AttemptEnded',
    data: { attempt: 1, failure: failure('infrastructure'), cleanUp },
  } as const;
  expect(given(requested, granted(1)).when(report(1, ended))).toMatchObject({
    events: [{ type: 'AttemptFailed', data: { cleanUp } }],
  });
});

describe('an agent that goes away', () => {
  const once: JobEvent = { type: 'BuildRequested', data: { ...request, infrastructureRetries: 0 } };
  const gone = (attempt: number, code: string) =>
    ({ type: 'AttemptEnded', data: { attempt, failure: { ...failure('infrastructure'), code } } }) as const;
  const left = (attempt: number): JobEvent => ({ ...gone(attempt, 'AGENT_LEAVING'), type: 'AttemptFailed' });
  const turns = (count: number, over: (attempt: number) => JobEvent): JobEvent[] =>
    Array.from({ length: count }, (_, index) => [granted(index + 1), over(index + 1)]).flat();

  it('uses up no retry of the build when it is lost', () => {
    expect(given(once, granted(1)).when(lose(1))).toStrictEqual(accept(lost(1, IN_3_S)));
    expect(given(once, granted(1)).when(report(1, gone(1, 'LEASE_LOST')))).toMatchObject({
      events: [{ type: 'AttemptFailed', data: { retryAt: IN_3_S } }],
    });
    const after = given(requested, ...turns(2, failed), granted(3));
    expect(after.when(lose(3))).toStrictEqual(accept(lost(3, IN_3_S)));
  });
  it('three times ends the build, which seems to be what kills them', () => {
    const third = given(once, ...turns(2, lost), granted(3)).when(lose(3));
    const poisoned = {
      class: 'lost',
      code: 'POISONED',
      message:
        '3 attempts lost their agent (1 on oak, 2 on oak, 3 on oak); the last one on oak: silent for 30 s',
    } as const;
    const losses = [1, 2, 3].map((attempt) => ({ attempt, agentId: 'oak', message: 'silent for 30 s' }));
    expect(third).toStrictEqual(
      accept(lost(3), { type: 'BuildFailed', data: { failure: poisoned, losses, attempts: 3 } }),
    );
  });
  it('is not called killed by the build when it lost the scheduler, or never began, but not for ever', () => {
    const lonely = (attempt: number): JobEvent => ({ ...gone(attempt, 'LEASE_LOST'), type: 'AttemptFailed' });
    const absent = (attempt: number): JobEvent => {
      const { data } = lost(attempt, NOW);
      return { type: 'AttemptLost', data: { ...data, unheard: true } } as JobEvent;
    };
    const unheard = (attempt: number) => ({
      ...lose(attempt),
      data: { ...lose(attempt).data, unheard: true },
    });
    const many = given(once, ...turns(2, lonely), granted(3), absent(3), granted(4), absent(4), granted(5));
    expect(many.when(report(1, gone(5, 'LEASE_LOST')))).toMatchObject({
      events: [{ type: 'AttemptFailed' }],
    });
    expect(many.when(unheard(5))).toMatchObject({
      events: [{ type: 'AttemptLost', data: { unheard: true } }],
    });
    expect(many.when(lose(5))).toStrictEqual(accept(lost(5, IN_3_S)));
    const last = given(once, ...turns(19, lonely), granted(20)).when(unheard(20));
    expect(last).toMatchObject({
      events: [{}, { type: 'BuildFailed', data: { failure: { code: 'AGENT_ABSENT' } } }],
    });
  });
  it('cleanly is followed by another attempt at once, many times', () => {
    const first = given(once, granted(1)).when(report(1, gone(1, 'AGENT_LEAVING')));
    expect(first).toMatchObject({ events: [{ type: 'AttemptFailed', data: { retryAt: NOW } }] });
    const many = given(once, ...turns(20, left), granted(21));
    expect(many.when(report(1, gone(21, 'AGENT_LEAVING')))).toMatchObject({ events: [{}] });
    expect(many.when(lose(21))).toStrictEqual(accept(lost(21, IN_3_S)));
  });
  it('cleanly for ever ends the build all the same', () => {
    const last = given(once, ...turns(49, left), granted(50)).when(report(1, gone(50, 'AGENT_LEAVING')));
    expect(last).toMatchObject({ events: [{ type: 'AttemptFailed' }, { type: 'BuildFailed' }] });
  });
});

describe('a cancellation', () => {
  it('of a waiting build ends it at once', () =>
    expect(given(requested).when(cancel)).toStrictEqual(accept<JobEvent>(cancelRequested, cancelled)));
  it('of a running build waits for the proof that it stopped', () => {
    expect(given(requested, granted(1)).when(cancel)).toStrictEqual(accept(cancelRequested));
    expect(given(requested, granted(1), cancelRequested).when(cancel)).toStrictEqual(accept());
    expect(
      given(requested, granted(1), cancelRequested).when(report(1, ended(1, 'cancelled'))),
    ).toStrictEqual(
      accept<JobEvent>(
        { type: 'AttemptFailed', data: { attempt: 1, failure: failure('cancelled') } },
        cancelled,
      ),
    );
  });
  it('ends with the lease when no proof comes, and is not retried', () =>
    expect(given(requested, granted(1), cancelRequested).when(lose(1))).toStrictEqual(
      accept<JobEvent>(lost(1), cancelled),
    ));
  it('beats an artifact that is reported later', () => {
    const decision = given(requested, granted(1), cancelRequested).when(report(1, reported(1)));
    expect(decision).toMatchObject({ ok: true, events: [{ type: 'AttemptFailed' }, cancelled] });
  });
  it('loses against an artifact that was reported before, if that is published', () => {
    const before = [requested, granted(1), reported(1), cancelRequested];
    expect(given(requested, granted(1), reported(1)).when(cancel)).toStrictEqual(accept(cancelRequested));
    expect(given(...before).when(complete(1))).toStrictEqual(accept(completed));
    expect(given(...before).when(refuse(1))).toMatchObject({
      ok: true,
      events: [{ type: 'AttemptFailed' }, cancelled],
    });
  });
  it('of a build that has ended is refused, unless it ended so', () => {
    expect(given(requested, granted(1), reported(1), completed).when(cancel)).toStrictEqual(
      reject({ code: 'JOB_ENDED', status: 'completed' }),
    );
    expect(given(requested, cancelRequested, cancelled).when(cancel)).toStrictEqual(accept());
  });
});

describe('the registry', () => {
  const before = [requested, granted(1), reported(1)];
  it('completes a build by publishing its version', () => {
    expect(given(...before).when(complete(1))).toStrictEqual(accept(completed));
    expect(given(...before, completed).when(complete(1))).toStrictEqual(accept());
  });
  it('sends a build back by refusing its artifact', () => {
    expect(given(...before).when(refuse(1))).toMatchObject({
      ok: true,
      events: [{ type: 'AttemptFailed', data: { retryAt: IN_10_S, failure: failure('infrastructure') } }],
    });
    expect(given(...before, failed(1, { retryAt: IN_10_S })).when(refuse(1))).toStrictEqual(accept());
  });
  it('ends a build by refusing what no attempt can change', () =>
    expect(given(...before).when(refuse(1, 'definition'))).toMatchObject({
      events: [
        { type: 'AttemptFailed' },
        { type: 'BuildFailed', data: { failure: { class: 'definition' } } },
      ],
    }));
  it('can only judge what was reported', () => {
    const none = reject({ code: 'NO_ARTIFACT_REPORTED', attempt: 1 });
    expect(given(requested, granted(1)).when(complete(1))).toStrictEqual(none);
    expect(given(requested, granted(1)).when(refuse(1))).toStrictEqual(none);
    expect(given(...before).when(complete(2))).toStrictEqual(staleAttempt(2, 1));
  });
  it('keeps the artifact through a loss of its agent', () =>
    expect(given(...before).when(lose(1))).toStrictEqual(accept()));
});

it('folds an artifact whose job was never requested into nothing', () =>
  expect(fold(job, [{ type: 'ArtifactReported', data: { attempt: 1, artifact } }])).toStrictEqual({
    status: 'absent',
  }));
