import { streams } from '@gild/contracts';
import type { RecordedEvent } from '@gild/ports';
import { farmOfEachTest } from './farm-of-each-test.spec.js';
import {
  type AgentDouble,
  buildOf,
  ended,
  planned,
  readAll,
  reported,
  started,
  type World,
} from './scheduler-under-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';

let w: World;
let scheduler: SchedulerService;
let oak: AgentDouble;

farmOfEachTest(
  (farm) => ({ w, scheduler, oak } = farm),
  () => scheduler,
);

/** A build that oak has begun. */
const running = async (name = 'web'): Promise<string> => {
  const { jobId } = await scheduler.requestBuild(buildOf(name));
  await oak.sync();
  await w.clock.settle();
  await oak.sync();
  return jobId;
};

const everything = async (): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of w.store.readAll()) events.push(event);
  return events;
};

/** The type of what the last event of a type says led to it. */
const causeOfLast = async (type: string): Promise<string | undefined> => {
  const all = await everything();
  const { metadata, stream } = all.findLast((event) => event.type === type) ?? {};
  const { causationId, causationStream = stream } = metadata ?? {};
  return all.find(({ id, stream: where }) => id === causationId && where === causationStream)?.type;
};

const failing = async (): Promise<string> => {
  const jobId = await running();
  oak.report(jobId, ended(1, 'infrastructure'));
  await oak.sync();
  oak.forget(jobId, 1);
  return jobId;
};

it.each<[string, string, () => Promise<unknown>]>([
  ['AttemptGranted', 'BuildRequested', () => running()],
  [
    'StepStarted',
    'AttemptGranted',
    async () => {
      const jobId = await running();
      for (const fact of [planned(1), started(1)]) oak.report(jobId, fact);
      await oak.sync();
    },
  ],
  ['AttemptFailed', 'AttemptGranted', failing],
  [
    'AttemptGranted',
    'AttemptFailed',
    async () => {
      await failing();
      await w.clock.advance(31_000);
      await oak.sync();
      await w.clock.settle();
    },
  ],
  [
    'BuildFailed',
    'AttemptFailed',
    async () => {
      oak.report(await running(), ended(1, 'install'));
      await oak.sync();
    },
  ],
  [
    'BuildCompleted',
    'VersionPublished',
    async () => {
      const jobId = await running();
      for (const fact of [planned(1), reported(1)]) oak.report(jobId, fact);
      await oak.sync();
      await w.registry.publish(jobId, 1);
      await w.clock.settle();
    },
  ],
  [
    'BuildCancelled',
    'CancelRequested',
    async () => {
      const jobId = await running();
      await scheduler.cancelBuild({ jobId, actor: 'ada' });
      oak.report(jobId, ended(1, 'cancelled'));
      await oak.sync();
    },
  ],
])('%s is because of %s', async (effect, cause, happens) => {
  await happens();
  expect(await causeOfLast(effect)).toBe(cause);
});

it('what a person asks for is because of nothing that is on record', async () => {
  await scheduler.cancelBuild({ jobId: await running(), actor: 'ada' });
  expect([await causeOfLast('BuildRequested'), await causeOfLast('CancelRequested')]).toStrictEqual([
    undefined,
    undefined,
  ]);
});

it('a build that is requested because of an event says which', async () => {
  const causedBy = { eventId: 'the event', stream: 'version-base@1.1.0' };
  const { jobId } = await scheduler.requestBuild({ ...buildOf('web'), causedBy });
  const [requested] = await readAll(w.store, streams.job(jobId));
  expect(requested?.metadata).toMatchObject({
    ...{ causationId: 'the event', causationStream: 'version-base@1.1.0' },
  });
});
