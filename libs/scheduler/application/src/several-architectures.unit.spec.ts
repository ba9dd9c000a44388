import { GoldenImageBuildJob, streams } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { farmOfEachTest } from './farm-of-each-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';
import {
  AgentDouble,
  buildOf,
  ended,
  newEvent,
  readAll,
  reported,
  type World,
} from './scheduler-under-test.spec.js';

let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;
let elm: AgentDouble;

farmOfEachTest(
  (farm) => ({ w, scheduler, oak } = farm),
  () => scheduler,
);
beforeEach(() => {
  elm = new AgentDouble('elm', scheduler);
  elm.arch = 'aarch64';
});
afterEach(async () => {
  expect((await scheduler.verifyViews()).views).toMatchObject([{ view: 'jobs', equal: true }]);
});

const both = (name = 'web') => buildOf(name, { definition: { arch: ['x86_64', 'aarch64'] } });

/** Both builds, as they were asked for. */
const asked = async (): Promise<[string, string]> => {
  const { jobIds } = await scheduler.requestBuild(both());
  const [one = '', other = ''] = jobIds;
  return [one, other];
};
/** Both builds, each on an agent. */
const running = async (): Promise<[string, string]> => {
  const jobs = await asked();
  await Promise.all([oak.sync(), elm.sync()]);
  await w.clock.settle();
  await Promise.all([oak.sync(), elm.sync()]);
  return jobs;
};
/** A build of the image for one architecture, asked for later. */
const nextOne = async () => {
  const definition = { disk_size_gb: 11 };
  return (await scheduler.requestBuild(buildOf('web', { requestId: 'the next one', definition }))).jobId;
};
const reportOf = async (agent: AgentDouble, jobId: string) => {
  agent.report(jobId, reported(1));
  await agent.sync();
  agent.forget(jobId, 1);
  await w.clock.settle();
};
const statusesOf = async (jobs: readonly string[]) =>
  Promise.all(jobs.map(async (jobId) => (await scheduler.job(jobId)).status));

describe('a build for several architectures', () => {
  it('is one job for each, all of one version, that know each other', async () => {
    const { jobId, jobIds, imageVersion } = await scheduler.requestBuild(both());
    expect(jobIds).toHaveLength(2);
    expect(jobIds[0]).toBe(jobId);
    expect(new Set(jobIds).size).toBe(2);
    const documents = await Promise.all(jobIds.map((id) => scheduler.job(id)));
    expect(documents.map(({ arch, image_version }) => [arch, image_version])).toStrictEqual([
      ['x86_64', imageVersion],
      ['aarch64', imageVersion],
    ]);
    for (const document of documents) {
      expect(document.version_jobs).toStrictEqual([
        { arch: 'x86_64', job_id: jobIds[0] },
        { arch: 'aarch64', job_id: jobIds[1] },
      ]);
      expect(GoldenImageBuildJob.safeParse(document).error).toBeUndefined();
    }
    expect(await scheduler.requestBuild(both())).toStrictEqual({
      ...{ jobId, jobIds, imageVersion, imageName: 'web', created: true },
    });
  });

  it('asks the registry for more than one job only when it may need them', async () => {
    const furtherJobs: unknown[] = [];
    const prepare = w.registry.prepare.bind(w.registry);
    w.registry.prepare = (question) => {
      furtherJobs.push('otherJobIds' in question && question.otherJobIds?.length);
      return prepare(question);
    };
    await scheduler.requestBuild(both('several'));
    await scheduler.requestBuild(buildOf('default'));
    await scheduler.requestBuild(buildOf('one', { definition: { arch: 'x86_64' } }));
    const chosen = both('chosen');
    await scheduler.requestBuild({ ...chosen, options: { ...chosen.options, arch: 'x86_64' } });
    expect(furtherJobs).toStrictEqual([1, false, false, false]);
  });

  it('runs side by side, though no two builds of the image may, and completes when the version is there', async () => {
    const jobs = await running();
    expect(await statusesOf(jobs)).toStrictEqual(['building', 'building']);
    await reportOf(oak, jobs[0]);
    expect(await statusesOf(jobs)).toStrictEqual(['caching', 'building']);
    expect((await scheduler.why(jobs[0])).sentences[0]).toBe(
      'The image is built and stored; the version is published when that for aarch64 is, too, and the registry has checked them.',
    );
    await reportOf(elm, jobs[1]);
    await w.registry.publish(jobs[0], 1, [jobs[1]]);
    await w.clock.settle();
    expect(await statusesOf(jobs)).toStrictEqual(['completed', 'completed']);
  });

  it('takes no place of the policy away from the others it waits for', async () => {
    const policy = { max_parallel_builds: 1 };
    await w.store.append('policy-main', 'any', [newEvent('PolicySet', { policy, by: 'ada' })]);
    const jobs = await running();
    const statuses = await statusesOf(jobs);
    expect(statuses.toSorted()).toStrictEqual(['building', 'queued']);
    const first = statuses.indexOf('building');
    await reportOf(first === 0 ? oak : elm, jobs[first === 0 ? 0 : 1]);
    await Promise.all([oak.sync(), elm.sync()]);
    expect((await statusesOf(jobs)).toSorted()).toStrictEqual(['building', 'caching']);
  });

  it('keeps another build of the image waiting while one of it runs', async () => {
    const jobs = await running();
    const next = await nextOne();
    await reportOf(oak, jobs[0]);
    await oak.sync();
    expect((await scheduler.job(next)).waiting_reason).toBe('another build of this image runs');
  });

  it('keeps no other build of the image waiting for an architecture that has no agent', async () => {
    const jobs = await asked();
    await oak.sync();
    await w.clock.settle();
    await oak.sync();
    await reportOf(oak, jobs[0]);
    expect(await statusesOf(jobs)).toStrictEqual(['caching', 'queued']);
    expect((await scheduler.job(jobs[1])).waiting_reason).toBe('no agent for aarch64');
    const next = await nextOne();
    await oak.sync();
    await w.clock.settle();
    await oak.sync();
    expect((await scheduler.job(next)).status).toBe('building');
  });
});

describe('when one of several builds ends without an image', () => {
  const why = (job: string, reason: string) =>
    `cancelled by scheduler: there is no version without the image for aarch64, whose build ${job} ended: ${reason}`;

  it('the one that runs is cancelled, and says which architecture is missing', async () => {
    const jobs = await running();
    elm.report(jobs[1], ended(1, 'install'));
    await elm.sync();
    await w.clock.settle();
    expect((await oak.sync()).stop).toMatchObject([{ jobId: jobs[0], why: 'cancelled' }]);
    oak.report(jobs[0], ended(1, 'cancelled'));
    await oak.sync();
    expect(await scheduler.job(jobs[0])).toMatchObject({
      ...{ status: 'failed', failure_class: 'cancelled', cancelled_by: 'scheduler' },
      error_message: why(jobs[1], 'it broke'),
    });
    expect(await scheduler.job(jobs[1])).toMatchObject({
      ...{ status: 'failed', failure_class: 'install', error_message: 'it broke' },
    });
  });

  it('the one that waits for an agent is cancelled at once', async () => {
    const jobs = await asked();
    await scheduler.cancelBuild({ jobId: jobs[1], actor: 'ada' });
    await w.clock.settle();
    expect((await w.course(jobs[0])).slice(-2)).toStrictEqual(['CancelRequested', 'BuildCancelled']);
    expect((await scheduler.job(jobs[0])).error_message).toBe(why(jobs[1], 'cancelled by ada'));
  });

  it('the one that has its image waits for the verdict of the registry', async () => {
    const jobs = await running();
    await reportOf(oak, jobs[0]);
    elm.report(jobs[1], ended(1, 'install'));
    await elm.sync();
    await w.clock.settle();
    expect(await statusesOf(jobs)).toStrictEqual(['caching', 'failed']);
    await w.registry.refuse(jobs[0], 1, { class: 'cancelled', code: 'VERSION_INCOMPLETE' });
    await w.clock.settle();
    expect(await scheduler.job(jobs[0])).toMatchObject({
      ...{ status: 'failed', failure_class: 'cancelled', failure_code: 'VERSION_INCOMPLETE' },
    });
  });

  it('cancelling the one that has its image stops the other', async () => {
    const jobs = await running();
    await reportOf(elm, jobs[1]);
    await scheduler.cancelBuild({ jobId: jobs[1], actor: 'ada' });
    await w.clock.settle();
    expect((await oak.sync()).stop).toMatchObject([{ jobId: jobs[0], why: 'cancelled' }]);
  });

  it('one that only lost its agent goes on, and so does the other', async () => {
    const jobs = await running();
    elm.report(jobs[1], ended(1, 'infrastructure'));
    await elm.sync();
    await w.clock.settle();
    expect(await statusesOf(jobs)).toStrictEqual(['building', 'queued']);
  });

  it('nothing is done to one whose version is published already', async () => {
    const jobs = await running();
    await reportOf(oak, jobs[0]);
    await reportOf(elm, jobs[1]);
    await scheduler.cancelBuild({ jobId: jobs[1], actor: 'ada' });
    await w.registry.publish(jobs[0], 1, [jobs[1]]);
    await w.clock.settle();
    expect(await statusesOf(jobs)).toStrictEqual(['completed', 'completed']);
  });
});

describe('a build that a crash left without the others', () => {
  /** A scheduler whose store takes the first request and then nothing for a while. */
  const crashed = async (): Promise<[string, string]> => {
    const append = w.store.append.bind(w.store);
    let requests = 0;
    w.store.append = (stream, ...rest) => {
      if (stream.startsWith('job-') && (requests += 1) > 1) throw new Fault('STORE_IO', 'the power is gone');
      return append(stream, ...rest);
    };
    await scheduler.stop();
    const before = w.scheduler();
    await expect(before.requestBuild(both())).rejects.toMatchObject({ code: 'STORE_IO' });
    w.store.append = append;
    const [only] = (await readAll(w.store, streams.placement())).length === 0 ? await before.jobs() : [];
    const [one = '', other = ''] = only?.version_jobs?.map(({ job_id: id }) => id) ?? [];
    expect(await w.course(other)).toStrictEqual([]);
    return [one, other];
  };

  it('gets them from the next scheduler', async () => {
    const jobs = await crashed();
    const next = w.scheduler();
    await next.start();
    await w.clock.settle();
    expect(await w.course(jobs[1])).toContain('BuildRequested');
    expect((await next.job(jobs[1])).arch).toBe('aarch64');
    const [first] = await readAll(w.store, streams.job(jobs[0]));
    const [second] = await readAll(w.store, streams.job(jobs[1]));
    const { jobId: _, arch: __, inputDigest, ...rest } = first?.data ?? {};
    expect(second?.data).toMatchObject({ ...rest, jobId: jobs[1], arch: 'aarch64' });
    expect(second?.data['inputDigest']).not.toBe(inputDigest);
    await next.stop();
  });

  it('gets them from whoever repeats the request', async () => {
    const jobs = await crashed();
    const reply = await w.scheduler().requestBuild(both());
    expect(reply).toMatchObject({ jobId: jobs[0], jobIds: jobs, created: true });
    expect(await w.course(jobs[1])).toStrictEqual(['BuildRequested']);
  });
});
