import { type CleanUp, GoldenImageBuildJob, resolveDefinition, type JobEvent } from '@gild/contracts';
import { laterBy } from '@gild/kernel';
import {
  artifact,
  digest,
  failure,
  granted,
  NOW,
  reported,
  request,
  started,
} from '../job/sample-job-events.spec.js';
import { explainWhy } from './explain-why.js';
import { jobDocument } from './job-document.js';
import { evolveRecord, newJobRecord } from './job-record.js';
import { timeForAttempt, timeForBuild } from './time-for-attempt.js';

const definition = resolveDefinition({ name: 'web', base_os: 'debian', os_version: '12' });
/** A job whose events were recorded one second apart. */
const recorded = (...events: readonly JobEvent[]) =>
  events.reduce(
    (record, event, index) =>
      evolveRecord(record, event, { time: laterBy(NOW, (index + 1) * 1000), durations: new Map() }),
    newJobRecord({ ...request, definition }, NOW),
  );
const at = (seconds: number) => laterBy(NOW, seconds * 1000);
const planned = (attempt: number): JobEvent => ({
  type: 'PlanResolved',
  data: {
    attempt,
    steps: [
      { name: 'prepare_base', title: 'base system', key: 'k1', cached: true, skipped: false },
      {
        name: 'taskserv:nginx',
        title: 'nginx',
        key: 'k2',
        cached: false,
        missReason: 'nginx 1.22 → 1.24',
        nearest: { step: 'taskserv:nginx', key: 'e'.repeat(64) },
        skipped: false,
      },
      { name: 'disk', title: 'disk image', cached: false, skipped: false },
      { name: 'boot_test', title: 'boot test', cached: false, skipped: true },
    ],
  },
});
const finished = (attempt: number, step: string, cache: 'hit' | 'miss' | 'none'): JobEvent => ({
  type: 'StepFinished',
  data: { attempt, step, status: 'done', durationMs: 900, cache },
});
const lost: JobEvent = {
  type: 'AttemptLost',
  data: { attempt: 1, agentId: 'oak', message: 'silent for 30 s', retryAt: at(14) },
};
const logStored: JobEvent = {
  type: 'LogStored',
  data: { attempt: 1, log: { chunks: 2, sizeBytes: 9, sha256: digest, truncated: false } },
};

it('is a valid document at every moment of its life', () => {
  const life: JobEvent[] = [
    { type: 'BuildWaiting', data: { reason: { code: 'NO_AGENT', message: 'no agent for x86_64' } } },
    granted(1),
    planned(1),
    started(1, 'prepare_base'),
    finished(1, 'prepare_base', 'hit'),
    started(1, 'taskserv:nginx'),
    finished(1, 'taskserv:nginx', 'miss'),
    logStored,
    reported(1),
    { type: 'BuildCompleted', data: { attempt: 1, version: '1.0.0' } },
  ];
  const documents = life.map((_, count) => jobDocument(recorded(...life.slice(0, count + 1)), at(count + 1)));
  for (const document of documents) expect(GoldenImageBuildJob.safeParse(document).error).toBeUndefined();
  expect(documents.map(({ status }) => status)).toStrictEqual([
    'queued',
    ...Array.from({ length: 7 }, () => 'building'),
    'caching',
    'completed',
  ]);
  const percents = documents.map(({ progress_percent }) => progress_percent);
  expect(percents).toStrictEqual(percents.toSorted((a, b) => a - b));
  expect(percents.at(-1)).toBe(100);
  expect(documents[0]).toMatchObject({ waiting_reason: 'no agent for x86_64', attempt: 0 });
  expect(documents.at(-1)).toMatchObject({
    output_path: artifact.object.key,
    image_size_gb: 1,
    checksum: digest,
    started_at: at(2),
    completed_at: at(10),
    duration_seconds: 8,
    log_chunks: 2,
    steps: [
      { name: 'prepare_base', status: 'done', cache: 'hit', duration_ms: 900 },
      {
        miss_reason: 'nginx 1.22 → 1.24',
        nearest_layer: { step: 'taskserv:nginx', key: 'e'.repeat(64) },
      },
      {},
      { status: 'skipped' },
    ],
  });
});

it('has the same members in the same order all its life, and leaves what it was before alone', () => {
  const parked: JobEvent = {
    type: 'AttemptParked',
    data: { attempt: 1, reason: { code: 'STORE_FULL', message: 'full' } },
  };
  const life: JobEvent[] = [
    { type: 'BuildWaiting', data: { reason: { code: 'NO_AGENT', message: 'no agent' } } },
    granted(1),
    planned(1),
    started(1, 'prepare_base'),
    finished(1, 'prepare_base', 'hit'),
    parked,
    { type: 'AttemptResumed', data: { attempt: 1 } },
    logStored,
    lost,
    granted(2, 'elm'),
    planned(2),
    { type: 'CancelRequested', data: { by: 'bob' } },
    { type: 'BuildCancelled', data: { by: 'bob' } },
  ];
  const records = [newJobRecord({ ...request, definition }, NOW)];
  const texts: string[] = [];
  for (const event of life) {
    const before = records.at(-1) ?? recorded();
    texts.push(JSON.stringify(before));
    records.push(evolveRecord(before, event, { time: at(records.length), durations: new Map() }));
  }
  expect(new Set(records.map((record) => Object.keys(record).join()))).toHaveProperty('size', 1);
  expect(records.slice(0, -1).map((record) => JSON.stringify(record))).toStrictEqual(texts);
});

it('takes the reports of steps in whatever order they come, and none of a step that is not planned', () => {
  const record = recorded(
    ...[granted(1), planned(1), started(1, 'disk'), finished(1, 'disk', 'none'), started(1, 'prepare_base')],
    ...[started(1, 'disk'), finished(1, 'boot_test', 'none'), started(1, 'unheard_of')],
  );
  expect(record.steps.map(({ name, status }) => `${name} ${status}`)).toStrictEqual([
    'prepare_base running',
    'taskserv:nginx pending',
    'disk running',
    'boot_test done',
  ]);
});

it('shows the step under way by the time it usually takes', () => {
  const record = recorded(granted(1), planned(1), started(1, 'disk'));
  expect(jobDocument(record, at(4))).toMatchObject({ current_step: 'disk', current_step_progress: 4 });
});

it('begins a new attempt from nothing and keeps why the one before ended', () => {
  const record = recorded(granted(1), planned(1), logStored, lost, granted(2, 'elm'));
  const document = jobDocument(record, at(6));
  expect(document).toMatchObject({
    status: 'building',
    attempt: 2,
    agent_id: 'elm',
    retry_count: 1,
    last_error: 'silent for 30 s',
    steps: [],
    progress_percent: 0,
    started_at: at(1),
  });
  expect(document).not.toHaveProperty('log_chunks');
  expect(explainWhy(record, at(6))).toStrictEqual([
    'Attempt 2 runs on elm since 2026-11-23T09:00:05.000Z.',
    "Attempt 1 on oak ended: silent for 30 s (lost). That is not the build's fault, so it is tried again after 10 s.",
  ]);
});

it('row 12: says that an attempt is parked and why, until it goes on or ends', () => {
  const reason = { code: 'STORE_FULL', message: 'bucket gild is full; free some space' };
  const parked: JobEvent = { type: 'AttemptParked', data: { attempt: 1, reason } };
  const life = [granted(1), planned(1), started(1, 'disk'), parked] as const;
  const waits = { waiting_code: 'STORE_FULL', waiting_reason: reason.message, current_step: 'disk' };
  expect(jobDocument(recorded(...life), at(5))).toMatchObject(waits);
  expect(explainWhy(recorded(...life), at(5))).toContainEqual(
    `Attempt 1 runs on oak since ${at(1)}, now at disk. It is parked since ${at(4)}, keeps its agent and goes on by itself: bucket gild is full; free some space. Up to 24 hours of that do not count as its time.`,
  );
  const resumed: JobEvent = { type: 'AttemptResumed', data: { attempt: 1 } };
  for (const next of [resumed, lost]) {
    const record = recorded(...life, next);
    expect(jobDocument(record, at(6))).not.toHaveProperty('waiting_reason');
    expect(explainWhy(record, at(6)).join(' ')).not.toContain('free some space');
  }
});

describe('row 12: that an attempt was parked', () => {
  const reason = { code: 'STORE_FULL', message: 'bucket gild is full; free some space' };
  const parked: JobEvent = { type: 'AttemptParked', data: { attempt: 1, reason } };
  const resumed: JobEvent = { type: 'AttemptResumed', data: { attempt: 1 } };
  const failed: JobEvent = {
    type: 'AttemptFailed',
    data: { attempt: 1, failure: failure('infrastructure') },
  };
  const cancel: JobEvent = { type: 'CancelRequested', data: { by: 'bob' } };

  it('is no part of the time its build has spent, whether it went on or not', () => {
    expect(recorded(granted(1), parked, resumed, failed).spentMs).toBe(2000);
    expect(recorded(granted(1), parked, resumed, parked, failed).spentMs).toBe(3000 - 1000);
    expect(recorded(granted(1), parked, failed).spentMs).toBe(1000);
  });
  it('is not when it was longer than a day', () => {
    const times = [0, 1, 26 * 3600, 26 * 3600];
    const record = [granted(1), parked, resumed, failed].reduce(
      (before, event, index) =>
        evolveRecord(before, event, { time: at(times[index] ?? 0), durations: new Map() }),
      newJobRecord({ ...request, definition }, NOW),
    );
    expect(record.spentMs).toBe(2 * 3_600_000);
  });
  it('says nothing of the attempt after it', () => {
    const record = recorded(granted(1), parked, lost, granted(2));
    expect(record).toMatchObject({ parkedMs: 0 });
    expect(record.parkedAt).toBeUndefined();
  });
  it('is over with its cancelling: an agent that does not end it is not waited for', () => {
    for (const life of [[parked, cancel] as const, [cancel, parked] as const]) {
      const record = recorded(granted(1), ...life);
      expect(record.parkedAt).toBeUndefined();
      expect(record.waiting).toBeUndefined();
    }
  });
});

it('names what ended the last attempt that failed, also while it is tried again', () => {
  const unreachable = { class: 'infrastructure', code: 'MIRROR_UNREACHABLE', message: 'no answer' } as const;
  const tried: JobEvent = {
    type: 'AttemptFailed',
    data: { attempt: 1, failure: unreachable, retryAt: at(12) },
  };
  const waiting = recorded(granted(1), tried);
  expect(jobDocument(waiting, at(3))).toMatchObject({ status: 'queued', failure_code: 'MIRROR_UNREACHABLE' });
  const over: JobEvent = {
    type: 'BuildFailed',
    data: { failure: { class: 'lost', code: 'POISONED', message: 'm' }, attempts: 1 },
  };
  expect(jobDocument(recorded(granted(1), tried, over), at(3)).failure_code).toBe('POISONED');
});

it('leaves no step running when its attempt is over, however that ended', () => {
  const working = [granted(1), planned(1), started(1, 'disk')];
  const failed: JobEvent = { type: 'AttemptFailed', data: { attempt: 1, failure: failure('timeout') } };
  for (const end of [lost, failed]) {
    const { steps, current_step } = jobDocument(recorded(...working, end), at(5));
    expect(steps[2]).toMatchObject({ name: 'disk', status: 'failed', duration_ms: 1000 });
    expect(steps[0]).toMatchObject({ status: 'pending' });
    expect(current_step).toBeUndefined();
  }
});

it('shows a cancelled build as failed, and by whom', () => {
  const record = recorded(
    { type: 'CancelRequested', data: { by: 'bob', reason: 'wrong file' } },
    { type: 'BuildCancelled', data: { by: 'bob' } },
  );
  expect(jobDocument(record, at(3))).toMatchObject({
    status: 'failed',
    failure_class: 'cancelled',
    cancelled_by: 'bob',
    error_message: 'cancelled by bob',
  });
  expect(explainWhy(record, at(3))).toStrictEqual(['bob cancelled it (wrong file).']);
});

it('counts four minutes of an emulated attempt as one of the time of the build, and says that it is emulated', () => {
  const emulated: JobEvent = {
    type: 'AttemptGranted',
    data: { attempt: 1, agentId: 'oak', leaseMs: 30_000, emulated: true },
  };
  const minutes = (count: number) => count * 60_000;
  const first = recorded(emulated);
  expect([timeForBuild(first), timeForAttempt(first)]).toStrictEqual([minutes(120), minutes(120)]);
  expect(jobDocument(first, at(1))).toMatchObject({ emulated: true, agent_id: 'oak' });
  expect(explainWhy(first, at(1))).toStrictEqual([
    `Attempt 1 runs on oak, which emulates x86_64, since ${at(1)}.`,
  ]);
  const failed: JobEvent = {
    type: 'AttemptFailed',
    data: { attempt: 1, failure: failure('infrastructure'), retryAt: at(2), tookMs: minutes(40) },
  };
  const native = recorded(emulated, failed, granted(2));
  expect(timeForAttempt(native)).toBe(minutes(20));
  expect(jobDocument(native, at(3))).not.toHaveProperty('emulated');
  const again = recorded(emulated, failed, { ...emulated, data: { ...emulated.data, attempt: 2 } });
  expect(timeForAttempt(again)).toBe(minutes(80));
});

describe('why', () => {
  it('names what a build waits for', () => {
    const waiting: JobEvent = {
      type: 'BuildWaiting',
      data: { reason: { code: 'X', message: 'no agent for aarch64' } },
    };
    expect(explainWhy(recorded(waiting), at(1))).toStrictEqual([
      `It waits since ${NOW}: no agent for aarch64.`,
    ]);
  });
  it('says that a fault which does not pass by itself is not retried', () => {
    const reason = { ...failure('infrastructure'), retryable: false };
    const record = recorded(
      granted(1),
      { type: 'AttemptFailed', data: { attempt: 1, failure: reason } },
      { type: 'BuildFailed', data: { failure: reason, attempts: 1 } },
    );
    expect(explainWhy(record, at(5))).toContain(
      'Attempt 1 on oak ended: it broke (infrastructure). Another attempt would end the same, so there is none.',
    );
  });
  it('names what failed, that it is not retried, and what was not in the cache', () => {
    const reason = { ...failure('install'), step: 'taskserv:nginx' };
    const record = recorded(
      granted(1),
      planned(1),
      { type: 'AttemptFailed', data: { attempt: 1, failure: reason } },
      { type: 'BuildFailed', data: { failure: reason, attempts: 1 } },
    );
    expect(explainWhy(record, at(5))).toStrictEqual([
      'It failed in taskserv:nginx: it broke (install).',
      'Attempt 1 on oak ended in taskserv:nginx: it broke (install). Another attempt would end the same, so there is none.',
      'taskserv:nginx is not taken from the cache: nginx 1.22 → 1.24 (the nearest layer there is eeeeeeeeeeee).',
    ]);
  });
  it('says how an agent that left is followed by another one, and when losses are too many', () => {
    const left: JobEvent = {
      type: 'AttemptFailed',
      data: {
        attempt: 1,
        failure: { class: 'infrastructure', code: 'AGENT_LEAVING', message: 'the agent was stopped' },
        retryAt: at(2),
      },
    };
    const last: JobEvent = { ...lost, data: { attempt: 2, agentId: 'elm', message: 'silent for 30 s' } };
    expect(explainWhy(recorded(granted(1), left, granted(2, 'elm'), last), at(5)).slice(1)).toStrictEqual([
      "Attempt 1 on oak ended: the agent was stopped (infrastructure). That is not the build's fault, so it is tried again at once.",
      'Attempt 2 on elm ended: silent for 30 s (lost). It was not the first one to lose its agent: there is no other.',
    ]);
  });
  it('counts what the cache gave and what came too late', () => {
    const record = recorded(
      granted(1),
      planned(1),
      {
        type: 'LateReportRefused',
        data: { attempt: 7, currentAttempt: 1, agentId: 'elm', report: 'StepStarted' },
      },
      reported(1),
      { type: 'BuildCompleted', data: { attempt: 1, version: '1.0.0' } },
    );
    expect(explainWhy(record, at(9)).slice(0, 2)).toStrictEqual([
      'It completed as web 1.0.0 after 4 s; 1 of 2 layers came from the cache.',
      'Reports of an attempt that was no longer current arrived late; nothing of them was used.',
    ]);
  });
});

describe('an attempt that was stopped', () => {
  const cancelled = (cleanUp: CleanUp | undefined): JobEvent => ({
    type: 'AttemptFailed',
    data: {
      ...{
        attempt: 1,
        failure: { class: 'cancelled', code: 'CANCELLED', message: 'the build was cancelled' },
      },
      ...(cleanUp && { cleanUp }),
    },
  });
  const told = (cleanUp: CleanUp | undefined) => {
    const asked: JobEvent = { type: 'CancelRequested', data: { by: 'bob' } };
    const record = recorded(granted(1), asked, cancelled(cleanUp), {
      type: 'BuildCancelled',
      data: { by: 'bob' },
    });
    return { why: explainWhy(record, at(9)).slice(2), shown: jobDocument(record, at(9)).clean_up };
  };
  const clean: CleanUp = { processes: 0, mounts: 0, folderRemoved: true, ended: 'killed', tookMs: 10_240 };

  it('is shown with the proof that nothing of it is left', () => {
    const proof =
      'After 10.2 s nothing of it was left on its agent: no process, no mount, no folder (some of its programs had to be killed).';
    expect(told(clean)).toStrictEqual({ why: [proof], shown: proof });
  });
  it('is shown with what is left', () => {
    expect(told({ ...clean, processes: 1, mounts: 2, folderRemoved: false, ended: 'asked' }).shown).toBe(
      'After 10.2 s there was still left of it on its agent: 1 process, 2 mounts, its folder ' +
        '(its programs ended when they were asked to); the agent removes it when it starts again.',
    );
  });
  it('of an older agent is shown without', () => {
    expect(told(undefined)).toStrictEqual({ why: [], shown: undefined });
  });
});

describe('the log of an attempt whose agent was lost', () => {
  it('is told to be interrupted, also when others came after it', () => {
    expect(jobDocument(recorded(granted(1), lost), at(9)).interrupted_logs).toStrictEqual([1]);
    expect(jobDocument(recorded(granted(1), lost, granted(2)), at(9)).interrupted_logs).toStrictEqual([1]);
  });
  it('is not when it was whole', () =>
    expect(jobDocument(recorded(granted(1), logStored, lost), at(9)).interrupted_logs).toBeUndefined());
});
