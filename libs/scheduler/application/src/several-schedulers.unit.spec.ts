import { subjects } from '@gild/contracts';
import { farmOfEachTest } from './farm-of-each-test.spec.js';
import {
  AgentDouble,
  buildOf,
  ended,
  newEvent,
  readAll,
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

const running = (name?: string) => farm.running(name);
/** The streams that are read from now on. */
const streamsRead = (): Set<string> => {
  const names = new Set<string>();
  const read = w.store.readStream.bind(w.store);
  w.store.readStream = (stream, range) => {
    names.add(stream);
    return read(stream, range);
  };
  return names;
};

describe('a scheduler that an agent never speaks to', () => {
  it('knows from the others what the agent works on', async () => {
    const other = w.scheduler();
    await other.start();
    const jobId = await running();
    oak.report(jobId, started(1));
    for (let second = 0; second < 300; second += 10) {
      await oak.sync();
      await w.clock.advance(10_000);
    }
    expect(await w.course(jobId)).toStrictEqual(['BuildRequested', 'AttemptGranted', 'StepStarted']);
    expect((await readAll(w.store, 'agent-oak')).map(({ type }) => type)).toStrictEqual(['AgentAnnounced']);
    expect(await other.agents()).toMatchObject([{ agent_id: 'oak', state: 'busy', free_disk_percent: 50 }]);
    await w.clock.advance(32_000);
    expect(await w.course(jobId)).toContain('AttemptLost');
    await other.stop();
  });

  it('gives it work', async () => {
    const other = w.scheduler();
    await other.start();
    const polling = oak.sync(10_000);
    await scheduler.stop();
    await polling;
    const { jobId } = await other.requestBuild(buildOf('web'));
    await w.clock.settle();
    expect(await w.course(jobId)).toContain('AttemptGranted');
    await other.stop();
  });

  it('is not misled by what makes no sense', async () => {
    const jobId = await running();
    w.tell(subjects.agentHeard, { agent: 'oak' });
    w.tell(subjects.agentHeard, undefined);
    await w.clock.advance(31_000);
    expect(await w.course(jobId)).toContain('AttemptLost');
  });
});

it('grants a build once, however many schedulers there are', async () => {
  const other = w.scheduler();
  await other.start();
  const elm = new AgentDouble('elm', other);
  const polling = [oak.sync(10_000), elm.sync(10_000)];
  await w.clock.settle();
  const { jobId } = await scheduler.requestBuild(buildOf('web'));
  await w.clock.advance(10_000);
  await Promise.all(polling);
  expect((await w.course(jobId)).filter((type) => type === 'AttemptGranted')).toHaveLength(1);
  await other.stop();
});

describe('a scheduler that is cut off from the others, but not from the log', () => {
  let isCut: boolean;
  const cutOff = () => {
    isCut = true;
    return w.scheduler({}, undefined, {
      messenger: {
        ...w.messenger,
        hint: (subject, payload) => isCut || w.messenger.hint(subject, payload),
        onHint: (subject, ear) => w.messenger.onHint(subject, (payload, from) => isCut || ear(payload, from)),
      },
    });
  };
  const working = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 5) {
      await oak.sync();
      await w.clock.advance(5000);
    }
  };

  it('calls nobody lost', async () => {
    const other = cutOff();
    await other.start();
    const jobId = await running();
    await working(200);
    expect(await w.course(jobId)).toStrictEqual(['BuildRequested', 'AttemptGranted']);
    expect((await readAll(w.store, 'agent-oak')).map(({ type }) => type)).toStrictEqual(['AgentAnnounced']);
    await other.stop();
  });

  it('gives everybody a full period when it hears again, and then knows who is lost', async () => {
    const other = cutOff();
    await other.start();
    const jobId = await running();
    await working(60);
    await scheduler.stop();
    isCut = false;
    await w.clock.advance(29_000);
    expect(await w.course(jobId)).not.toContain('AttemptLost');
    await w.clock.advance(5000);
    expect(await w.course(jobId)).toContain('AttemptLost');
    await other.stop();
  });
});

it('grants first what a scheduler decided that died, and gives nobody more than its slots', async () => {
  const first = (await scheduler.requestBuild(buildOf('web'))).jobId;
  const second = (await scheduler.requestBuild(buildOf('db', { priority: 9 }))).jobId;
  const grants = [{ jobId: first, attempt: 1, agentId: 'oak' }];
  await w.store.append('placement-farm', 'none', [newEvent('BuildsPlaced', { grants })]);
  await oak.sync();
  await w.clock.advance(1000);
  expect(await w.course(first)).toContain('AttemptGranted');
  expect(await w.course(second)).not.toContain('AttemptGranted');
  expect((await oak.sync()).run).toMatchObject([{ jobId: first, attempt: 1 }]);
});

it('does not try again and again to grant what was cancelled after it was given out', async () => {
  const first = (await scheduler.requestBuild(buildOf('web'))).jobId;
  const second = (await scheduler.requestBuild(buildOf('db'))).jobId;
  await scheduler.cancelBuild({ jobId: first, actor: 'ada' });
  const grants = [{ jobId: first, attempt: 1, agentId: 'oak' }];
  await w.store.append('placement-farm', 'none', [newEvent('BuildsPlaced', { grants })]);
  const read = streamsRead();
  await w.clock.advance(10_000);
  expect(read).toContain('placement-farm');
  expect(read).not.toContain(`job-${first}`);
  await oak.sync();
  await w.clock.advance(1000);
  expect(await w.course(second)).toContain('AttemptGranted');
});

it.each(['first', 'next'])(
  'decides again when another one was faster with the %s placement',
  async (which) => {
    if (which === 'next') {
      oak.report(await running('mail'), ended(1, 'install'));
      await oak.sync();
      oak.work.clear();
    }
    const { jobId } = await scheduler.requestBuild(buildOf('web'));
    const urgent = (await scheduler.requestBuild(buildOf('db', { priority: 9 }))).jobId;
    const append = w.store.append.bind(w.store);
    w.store.append = async (stream, expected, events) => {
      if (stream !== 'placement-farm') return append(stream, expected, events);
      w.store.append = append;
      await append(stream, 'any', [
        newEvent('BuildsPlaced', { grants: [{ jobId, attempt: 1, agentId: 'oak' }] }),
      ]);
      return append(stream, expected, events);
    };
    await oak.sync();
    await w.clock.advance(1000);
    expect(await w.course(jobId)).toContain('AttemptGranted');
    expect(await w.course(urgent)).not.toContain('AttemptGranted');
  },
);

it('reads nothing of a job again whose grant is recorded', async () => {
  const jobId = await running();
  await scheduler.requestBuild(buildOf('db'));
  await w.clock.advance(2000);
  const reads = streamsRead();
  await w.clock.advance(5000);
  expect(reads).toContain('placement-farm');
  expect(reads).not.toContain(`job-${jobId}`);
});

it('reads nothing of an agent that announces what it announced before', async () => {
  await oak.sync();
  const read = streamsRead();
  await oak.sync();
  expect(read).not.toContain('agent-oak');
  await oak.sync(0, { slots: 2 });
  expect(read).toContain('agent-oak');
});

describe('two schedulers that know different agents', () => {
  /** A build that waits because oak works on another one; its next poll is held back. */
  const waiting = async () => {
    await running();
    const { jobId } = await scheduler.requestBuild(buildOf('db'));
    void oak.sync(10_000);
    await w.clock.advance(1000);
    return jobId;
  };

  it('do not contradict each other about why a build waits', async () => {
    const jobId = await waiting();
    const other = w.scheduler();
    await other.start();
    await w.clock.advance(9000);
    expect(await w.course(jobId)).toStrictEqual(['BuildRequested', 'BuildWaiting']);
    expect((await other.job(jobId)).waiting_reason).toBe('all agents of x86_64 are busy');
    await other.stop();
  });

  it('say so no more than once in ten seconds when they do', async () => {
    const jobId = await waiting();
    const other = w.scheduler({ seenWithinMs: 1 });
    await other.start();
    for (let second = 0; second < 40; second += 10) {
      await w.clock.advance(10_000);
      void oak.sync(10_000);
    }
    await w.clock.settle();
    const reasons = (await w.course(jobId)).filter((type) => type === 'BuildWaiting').length;
    expect(reasons).toBeGreaterThan(1);
    expect(reasons).toBeLessThan(12);
    await other.stop();
  });
});
