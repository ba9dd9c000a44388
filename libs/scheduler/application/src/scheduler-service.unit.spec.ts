import { GoldenImageBuildJob, subjects } from '@gild/contracts';
import { farmOfEachTest } from './farm-of-each-test.spec.js';
import { jobIdOf } from './requests/job-id.js';
import {
  AgentDouble,
  buildOf,
  ended,
  newEvent,
  planned,
  readAll,
  reported,
  sha256,
  started,
  type World,
  type FarmDouble,
} from './scheduler-under-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';

let farm: FarmDouble;
let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;

farmOfEachTest(
  (given) => {
    farm = given;
    ({ w, scheduler, oak } = farm);
  },
  () => scheduler,
);
afterEach(async () => {
  const { views } = await scheduler.verifyViews();
  expect(views).toMatchObject([{ view: 'jobs', equal: true }]);
});

const requested = async (name = 'web') => (await scheduler.requestBuild(buildOf(name))).jobId;
const running = (name?: string) => farm.running(name);
const statusOf = async (jobId: string) => (await scheduler.job(jobId)).status;

describe('a build', () => {
  it('goes from the request to a waiting agent, to the published version', async () => {
    const polling = oak.sync(10_000);
    await w.clock.settle();
    const jobId = await requested();
    await w.clock.settle();
    expect(await polling).toMatchObject({
      run: [{ jobId, attempt: 1, imageName: 'web', timeoutMs: 1_800_000 }],
    });
    for (const fact of [planned(1), started(1, 'prepare_base'), reported(1)]) oak.report(jobId, fact);
    expect((await oak.sync()).acknowledged).toStrictEqual([{ jobId, attempt: 1, seq: 3 }]);
    expect(await statusOf(jobId)).toBe('caching');
    oak.forget(jobId, 1);
    expect(await oak.sync()).toMatchObject({ run: [], stop: [] });
    await w.registry.publish(jobId, 1);
    await w.clock.settle();
    const document = await scheduler.job(jobId);
    expect(document).toMatchObject({ status: 'completed', progress_percent: 100 });
    expect(GoldenImageBuildJob.safeParse(document).error).toBeUndefined();
    expect(w.hints).toContain(subjects.jobChanged(jobId));
  });

  it('is tried again when the registry refuses its artifact', async () => {
    const jobId = await running();
    oak.report(jobId, reported(1));
    await oak.sync();
    oak.forget(jobId, 1);
    await w.registry.refuse(jobId, 1);
    await w.clock.settle();
    expect(await scheduler.job(jobId)).toMatchObject({
      status: 'queued',
      last_error: 'its digest differs',
      waiting_reason: 'waits 10 s before attempt 2 (infrastructure failure)',
    });
    const polling = oak.sync(10_000);
    await w.clock.advance(10_500);
    await polling;
    expect((await oak.sync()).run).toMatchObject([{ jobId, attempt: 2 }]);
  });

  it('is complete when its version was published from an attempt before', async () => {
    const jobId = await running();
    oak.report(jobId, reported(1));
    await oak.sync();
    oak.forget(jobId, 1);
    await w.registry.refuse(jobId, 1);
    await w.clock.settle();
    await w.registry.publish(jobId, 1);
    const polling = oak.sync(10_000);
    await w.clock.advance(10_500);
    await polling;
    await oak.sync();
    oak.report(jobId, reported(2));
    await oak.sync();
    await w.clock.settle();
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  it('is not tried again when no artifact of it could be published', async () => {
    const jobId = await running();
    oak.report(jobId, reported(1));
    await oak.sync();
    await w.registry.refuse(jobId, 1, { class: 'definition', code: 'FORBIDDEN_BY_POLICY' });
    await w.clock.settle();
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'failed', failure_class: 'definition' });
  });

  it('that fails by its own fault is not tried again', async () => {
    const jobId = await running();
    oak.report(jobId, ended(1, 'install'));
    expect(await oak.sync()).toMatchObject({ stop: [], acknowledged: [{ seq: 1 }] });
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'failed', failure_class: 'install' });
    expect(await scheduler.why(jobId)).toMatchObject({ job_id: jobId, status: 'failed' });
  });

  it('says once why it waits, and again when the reason changes', async () => {
    const jobId = await requested();
    await w.clock.advance(5000);
    expect((await scheduler.job(jobId)).waiting_reason).toBe('no agent for x86_64');
    await oak.sync(0, { draining: true });
    await w.clock.advance(5000);
    expect(await w.course(jobId)).toStrictEqual(['BuildRequested', 'BuildWaiting', 'BuildWaiting']);
    expect((await scheduler.why(jobId)).sentences[0]).toContain('all agents of x86_64 are draining');
  });

  it('waits for the policy that holds now', async () => {
    const policy = { max_parallel_builds: 1 };
    await w.store.append('policy-main', 'any', [newEvent('PolicySet', { policy, by: 'ada' })]);
    await running('web');
    await oak.sync(0, { slots: 2 });
    const second = await requested('db');
    await w.clock.settle();
    expect((await scheduler.job(second)).waiting_reason).toBe('1 of 1 builds running (policy)');
  });
});

describe('a request', () => {
  it('gives the same job when repeated, with the time of its id', async () => {
    const requestId = '01KAYQ4C00ABCDEFGHJKMNPQRS';
    const first = await scheduler.requestBuild(buildOf('web', { requestId }));
    expect(first.jobId).toMatch(/^01KAYQ4C00[0-9A-HJKMNP-TV-Z]{16}$/);
    expect(await scheduler.requestBuild(buildOf('web', { requestId }))).toStrictEqual(first);
    expect(first).toMatchObject({ created: true, imageName: 'web', imageVersion: '1.0.0' });
    expect(await scheduler.jobs()).toHaveLength(1);
    expect(jobIdOf('a key of the caller', sha256)).toMatch(/^0000000000[0-9A-HJKMNP-TV-Z]{16}$/);
  });
  it('gives the same job when repeated after that has ended and given its number back', async () => {
    const request = buildOf('web');
    const first = await scheduler.requestBuild(request);
    await scheduler.cancelBuild({ jobId: first.jobId, actor: 'bob' });
    w.registry.release(first.jobId);
    const again = scheduler.requestBuild(request);
    await w.clock.advance(15_000);
    expect(await again).toStrictEqual(first);
    expect(w.registry.held.size).toBe(0);
  });

  it('joins the build of equal inputs, and is answered by the version it made', async () => {
    const jobId = await running();
    const equal = () => scheduler.requestBuild(buildOf('web', { requestId: `another ${Math.random()}` }));
    expect(await equal()).toMatchObject({ jobId, created: false });
    oak.report(jobId, reported(1));
    await oak.sync();
    await w.registry.publish(jobId, 1);
    expect(await equal()).toMatchObject({ jobId, created: false });
    expect(await scheduler.jobs()).toHaveLength(1);
  });
  it('records the build of a request that died after its number was reserved', async () => {
    const dead = { ...buildOf('web'), jobId: jobIdOf('dead request', sha256) };
    const { jobId } = await w.registry.prepare(dead);
    expect(await scheduler.requestBuild(buildOf('web'))).toMatchObject({ jobId, created: false });
    expect(await statusOf(jobId)).toBe('queued');
  });
  it('boots the image as the number was reserved for, whoever takes the build over', async () => {
    const { jobId } = await w.registry.prepare({ ...buildOf('web'), jobId: jobIdOf('dead request', sha256) });
    const { options, ...request } = buildOf('web');
    await scheduler.requestBuild({ ...request, options: { ...options, bootTest: false } });
    expect((await readAll(w.store, `job-${jobId}`))[0]?.data).toMatchObject({ bootTest: true });
  });
  it('waits until a failed build of equal inputs has given its number back', async () => {
    const jobId = await running();
    oak.report(jobId, ended(1, 'install'));
    await oak.sync();
    const again = scheduler.requestBuild(buildOf('web', { requestId: 'once more' }));
    await w.clock.advance(1000);
    w.registry.release(jobId);
    await w.clock.advance(1000);
    expect(await again).toMatchObject({ created: true, imageVersion: '1.0.1' });
  });
  it('fails when the number is never given back', async () => {
    const jobId = await running();
    oak.report(jobId, ended(1, 'install'));
    await oak.sync();
    const again = scheduler.requestBuild(buildOf('web', { requestId: 'once more' }));
    const refused = expect(again).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await w.clock.advance(20_000);
    await refused;
  });
});

describe('an agent', () => {
  it('that falls silent loses its build to another one within 45 s, and its late reports are refused', async () => {
    const jobId = await running();
    const elm = new AgentDouble('elm', scheduler);
    let regrantedAt = 0;
    while (regrantedAt === 0 && w.clock.monotonicMs() < 60_000) {
      const polling = elm.sync(10_000);
      await w.clock.advance(1000);
      if (elm.work.size > 0) regrantedAt = w.clock.monotonicMs();
      await w.clock.advance(9000);
      await polling;
      if (regrantedAt === 0 && elm.work.size > 0) regrantedAt = w.clock.monotonicMs();
    }
    expect(elm.work.has(`${jobId}/2`)).toBe(true);
    const granted = (await readAll(w.store, `job-${jobId}`)).findLast(
      ({ type }) => type === 'AttemptGranted',
    );
    expect(Date.parse(String(granted?.metadata.time)) - Date.parse('2026-11-23T09:00:00.000Z')).toBeLessThan(
      45_000,
    );
    oak.report(jobId, started(1));
    expect(await oak.sync()).toMatchObject({ stop: [{ jobId, attempt: 1, why: 'stale' }], acknowledged: [] });
    expect(oak.work.size).toBe(0);
    expect((await w.course(jobId)).filter((type) => type === 'LateReportRefused')).toHaveLength(1);
    expect((await scheduler.agents()).map(({ agent_id, state }) => [agent_id, state])).toStrictEqual([
      ['elm', 'busy'],
      ['oak', 'ready'],
    ]);
  });
  it('that was restarted loses its build at once', async () => {
    const jobId = await running();
    oak.restart('session-2');
    await oak.sync();
    expect(await scheduler.job(jobId)).toMatchObject({
      status: 'queued',
      last_error: 'agent oak was restarted',
    });
  });
  it('that was gone before it could begin is not counted as killed by the build', async () => {
    const jobId = await requested();
    await oak.sync();
    await w.clock.advance(40_000);
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'queued', failure_code: 'AGENT_ABSENT' });
    expect(await w.course(jobId)).toContain('AttemptLost');
  });
  it('that had begun is counted, whatever it had reported', async () => {
    const jobId = await running();
    await oak.sync();
    await w.clock.advance(40_000);
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'queued', failure_code: 'AGENT_LOST' });
  });
  it('that drops a build loses it, but not by one message that leaves it out', async () => {
    const jobId = await running();
    const old = { ...oak.request(), running: [] };
    expect((await scheduler.agentSync(old)).run).toMatchObject([{ jobId }]);
    await oak.sync();
    expect((await scheduler.agentSync(old)).run).toStrictEqual([]);
    expect(await statusOf(jobId)).toBe('building');
    await scheduler.agentSync(old);
    expect(await scheduler.job(jobId)).toMatchObject({
      status: 'queued',
      last_error: 'agent oak no longer works on it',
    });
  });
  it('is not bound by a message of its past session', async () => {
    const jobId = await running();
    const old = oak.request();
    oak.restart('session-2');
    await oak.sync();
    expect(await scheduler.agentSync(old)).toMatchObject({
      ...{ run: [], stop: [{ jobId, why: 'stale' }], replaced: true },
    });
    expect(await oak.sync()).not.toHaveProperty('replaced');
    expect((await scheduler.agents())[0]?.session_id).toBe('session-2');
  });
  it('keeps its build through a restart of the scheduler, for a full lease', async () => {
    const jobId = await running();
    await w.clock.advance(20_000);
    await scheduler.stop();
    scheduler = w.scheduler();
    await scheduler.start();
    oak.use(scheduler);
    await w.clock.advance(25_000);
    oak.report(jobId, started(1));
    expect(await oak.sync()).toMatchObject({ run: [{ jobId, attempt: 1 }], acknowledged: [{ seq: 1 }] });
    await w.clock.advance(25_000);
    expect(await statusOf(jobId)).toBe('building');
    await w.clock.advance(10_000);
    expect(await scheduler.job(jobId)).toMatchObject({ last_error: 'agent oak was silent for 30 s' });
  });
  it('sends facts again until they are acknowledged, and they are recorded once', async () => {
    const jobId = await running();
    oak.report(jobId, planned(1));
    oak.report(jobId, started(1));
    const twice = oak.request();
    await Promise.all([scheduler.agentSync(twice), scheduler.agentSync(twice)]);
    await scheduler.agentSync(twice);
    expect((await w.course(jobId)).slice(-3)).toStrictEqual([
      'AttemptGranted',
      'PlanResolved',
      'StepStarted',
    ]);
    const gap = {
      ...twice,
      running: [{ jobId, attempt: 1, reports: [{ seq: 9, fact: started(1) }] }],
    };
    expect((await scheduler.agentSync(gap)).acknowledged).toStrictEqual([]);
  });
  it('is held back no longer than it asked, and not at all when the scheduler stops', async () => {
    const polling = oak.sync(3000);
    await w.clock.advance(2999);
    expect(oak.last).toBeUndefined();
    await w.clock.advance(1);
    expect(await polling).toMatchObject({ run: [], stop: [], leaseMs: 30_000, nextSyncMs: 0 });
    const held = oak.sync(10_000);
    await w.clock.settle();
    await scheduler.stop();
    expect(await held).toMatchObject({ run: [] });
  });
});

describe('a cancellation', () => {
  it('reaches the agent while it waits, and ends the build when the agent has stopped', async () => {
    const jobId = await running();
    const polling = oak.sync(10_000);
    await w.clock.settle();
    await scheduler.cancelBuild({ jobId, actor: 'bob', reason: 'wrong file' });
    await w.clock.settle();
    expect((await polling).stop).toStrictEqual([{ jobId, attempt: 1, why: 'cancelled' }]);
    expect(await statusOf(jobId)).toBe('building');
    oak.report(jobId, ended(1, 'cancelled'));
    expect(await oak.sync()).toMatchObject({ run: [], stop: [], acknowledged: [{ seq: 1 }] });
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'failed', cancelled_by: 'bob' });
    await expect(scheduler.cancelBuild({ jobId: 'nope', actor: 'bob' })).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
  });
  it('ends with the lease when the agent never answers', async () => {
    const jobId = await running();
    await scheduler.cancelBuild({ jobId, actor: 'bob' });
    await w.clock.advance(32_000);
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'failed', failure_class: 'cancelled' });
  });
  it('is refused when the build has ended', async () => {
    const jobId = await running();
    oak.report(jobId, ended(1, 'install'));
    await oak.sync();
    await expect(scheduler.cancelBuild({ jobId, actor: 'bob' })).rejects.toMatchObject({ code: 'JOB_ENDED' });
  });
});

describe('progress', () => {
  it('of the running step grows with time and never goes back, whatever the clock does', async () => {
    const jobId = await running();
    oak.report(jobId, planned(1));
    oak.report(jobId, started(1, 'prepare_base'));
    await oak.sync();
    await w.clock.advance(10_000);
    const early = await scheduler.job(jobId);
    expect(early).toMatchObject({ current_step: 'prepare_base', current_step_progress: 25 });
    w.clock.setWallClock('2026-11-23T09:00:02.000Z');
    expect((await scheduler.job(jobId)).progress_percent).toBe(early.progress_percent);
    await w.clock.advance(15_000);
    expect((await scheduler.job(jobId)).progress_percent).toBeGreaterThan(early.progress_percent);
  });
});

describe('the past', () => {
  it('is told as of a position or a time', async () => {
    const jobId = await requested();
    await w.clock.advance(1000);
    await running('db');
    await oak.sync(0, { slots: 2 });
    await w.clock.settle();
    const [first, second] = await readAll(w.store, `job-${jobId}`);
    expect(await scheduler.jobs({ at: first?.position })).toMatchObject([{ status: 'queued', attempt: 0 }]);
    expect((await scheduler.jobs({ at: second?.position }))[0]).toHaveProperty('waiting_reason');
    w.clock.setWallClock('2026-11-25T09:00:00.000Z');
    expect(await scheduler.jobs({ at: '2026-11-23T11:00:00+02:00' })).toMatchObject([{ job_id: jobId }]);
    expect(await scheduler.jobs({ at: '2026-11-23T09:30Z' })).toMatchObject([{}, {}]);
    expect(await scheduler.jobs({ at: '2026-11-24' })).toMatchObject([{}, {}]);
    for (const at of ['noon', '2026-11-23 noon', '2026-11-23T08:00:00Z', '2027-01-01']) {
      await expect(scheduler.jobs({ at })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    }
  });
  it('of one build is told as of a moment too', async () => {
    const jobId = await requested();
    await w.clock.advance(60_000);
    await oak.sync();
    const db = await running('db');
    oak.report(jobId, planned(1));
    oak.report(jobId, started(1));
    await oak.sync();
    await w.clock.advance(60_000);
    expect(await scheduler.job(jobId)).toMatchObject({ status: 'queued', attempt: 1 });
    expect(await scheduler.job(jobId, '2026-11-23T09:00:30Z')).toMatchObject({
      status: 'queued',
      attempt: 0,
    });
    const working = await scheduler.job(jobId, '2026-11-23T09:01:20Z');
    expect(working).toMatchObject({ status: 'building', current_step: 'disk', current_step_progress: 80 });
    expect((await scheduler.why(jobId, '2026-11-23T09:00:30Z')).sentences).toStrictEqual([
      'It waits since 2026-11-23T09:00:00.000Z: no agent for x86_64.',
    ]);
    await expect(scheduler.job(db, '2026-11-23T09:00:30Z')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
  it('is listed newest first, by image and by status', async () => {
    const web = await requested('web');
    await w.clock.advance(1000);
    const db = await requested('db');
    expect((await scheduler.jobs()).map(({ job_id }) => job_id)).toStrictEqual([db, web]);
    expect(await scheduler.jobs({ image: 'web' })).toMatchObject([{ job_id: web }]);
    expect(await scheduler.jobs({ status: 'completed' })).toStrictEqual([]);
    await expect(scheduler.why('nope')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});
