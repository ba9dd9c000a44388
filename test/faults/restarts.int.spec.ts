import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describeWithNats, ended } from '@gild/testing';
import { attemptOf, eventsOfJob, grantsOf, type RawEvent } from './farm-record.js';
import { WRONG_CLOCK } from './doubles.js';
import { workFoldersOf } from './farm-agents.js';
import { FaultFarm } from './fault-farm.js';
import { isPossible } from './possible.js';
import { within } from './within.js';

const HOUR_MS = 3_600_000;
/** Well within a lease, but for the clock on the wall. */
const SUSPENDED_MS = 3_000;
const PATIENCE_MS = 240_000;
/** So many builds a scheduler takes in hand make more writes than any of `CRASHES` counts. */
const MOST_ASKED = 40;

const itTraced = isPossible('kill -9 of a scheduler at its writes', [
  'strace',
  '-f',
  '-o',
  '/dev/null',
  'true',
])
  ? it
  : it.skip;
/** Around what it writes to grant a build: in the middle of writing it, when it is on disk, and before anybody was told. */
const CRASHES = [
  ...[4, 6].map((nth) => ['fsync', nth] as const),
  ...[9, 14, 20].map((nth) => ['pwrite64', nth] as const),
];
/** The tracer is the child of what it traces, which so gets the signals itself. */
const killedAt = (call: string, nth: number): string[] => [
  ...['strace', '-D', '-f', '-o', '/dev/null', '-e', `trace=${call}`],
  ...['-e', `inject=${call}:signal=SIGKILL:when=${nth}`],
];

/** Every time that somebody measured. */
const timesOf = (events: readonly RawEvent[]): number[] =>
  events
    .flatMap(({ data }) => [data['tookMs'], data['durationMs'], data['silentMs']])
    .filter((ms) => typeof ms === 'number');

/** Every test leaves the farm as it found it: its services running, its agents idle. */
describeWithNats()('a farm whose parts come and go', () => {
  let farm: FaultFarm;
  beforeAll(async () => {
    farm = await FaultFarm.started();
    for (const agent of ['oak', 'elm']) farm.agents.start(agent);
    await farm.agentsAreThere('oak', 'elm');
  }, PATIENCE_MS);
  afterAll(() => (farm as FaultFarm | undefined)?.remove());
  afterEach(() => expect(farm.violations()).toStrictEqual([]));

  const several = (work: string, count: number): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, () => farm.submit(work)));
  const allAreCompleted = (jobs: readonly string[]) => Promise.all(jobs.map((job) => farm.isCompleted(job)));
  /** A wall clock of its own for a process, which can be changed while it runs. */
  const clockOf = (name: string) => {
    const path = join(farm.folder, name);
    const isOff = (ms: number): void => {
      writeFileSync(`${path}.new`, String(ms));
      renameSync(`${path}.new`, path);
    };
    isOff(0);
    return { env: { GILD_TEST_CLOCK: path }, isOff };
  };
  const typesOf = (job: string, type: string) =>
    eventsOfJob(farm.events(), job).filter((event) => event.type === type);

  it(
    'row 6: NATS that is killed and comes back with nothing loses no build, and none is built twice',
    async () => {
      const atWork = await farm.submit('gate-a');
      await farm.isAtWork(atWork);
      await farm.services.nats.kill();
      const unanswered = { work: 'quick', image: 'asked-in-vain', key: 'asked-in-vain', patienceMs: 500 };
      expect(await farm.submitOnce(unanswered)).toBeUndefined();
      farm.openGate('a');
      farm.services.nats.startEmpty();
      await farm.isCompleted(atWork);
      const again = await farm.submitOnce({ ...unanswered, patienceMs: 20_000 });
      await farm.isCompleted(again ?? '');
      expect(grantsOf(farm.events(), atWork)).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it(
    'row 31: a client that gave up waiting and asks again is given the job it asked for',
    async () => {
      const asked = { work: 'gate-j', image: 'asked-twice', key: 'the-same-key', patienceMs: 300 };
      farm.signal('scheduler', 'SIGSTOP');
      expect(await farm.submitOnce(asked)).toBeUndefined();
      expect(await farm.submitOnce(asked)).toBeUndefined();
      farm.signal('scheduler', 'SIGCONT');
      const job = await farm.submitOnce({ ...asked, patienceMs: 20_000 });
      expect(await farm.submitOnce({ ...asked, patienceMs: 20_000 })).toBe(job);
      await farm.services.call('POST', `/v1/jobs/${job}/cancellation`, { body: {} });
      await farm.recorded(job ?? '', ({ type }) => type === 'BuildCancelled');
      // Nothing is built now that it could be one with: only the key says which job was meant.
      expect(await farm.submitOnce({ ...asked, patienceMs: 20_000 })).toBe(job);
      const requests = farm
        .events()
        .filter(({ type, data }) => type === 'BuildRequested' && data['imageName'] === asked.image);
      expect(requests).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it(
    'row 5: what an agent has stored when it is killed is found again by its digest, and is one version',
    async () => {
      const agents = ['oak', 'elm'];
      for (const agent of agents) await farm.agents.stop(agent);
      const dying = farm.agents.start('oak', { env: { GILD_TEST_FAILPOINT: 'after-upload' } });
      const job = await farm.submit('quick');
      expect(await ended(dying)).toBe('SIGKILL');
      const before = farm.disks();
      expect(typesOf(job, 'ArtifactReported')).toStrictEqual([]);
      for (const agent of agents) farm.agents.start(agent);
      await farm.isCompleted(job);
      expect(typesOf(job, 'ArtifactReported').map(attemptOf)).toStrictEqual([2]);
      expect(farm.disks()).toStrictEqual(before);
    },
    PATIENCE_MS,
  );

  it(
    'row 32: an agent that is told to end with three builds hands them back, takes nothing new, and ends with 0',
    async () => {
      for (const agent of ['oak', 'elm']) await farm.agents.stop(agent);
      farm.agents.start('ash', { env: { GILD_SLOTS: '3' } });
      const jobs = await Promise.all(['b', 'd', 'e'].map((gate) => farm.submit(`gate-${gate}`)));
      for (const job of jobs) await farm.isAtWork(job);
      for (const agent of ['oak', 'elm']) farm.agents.start(agent);
      const exit = farm.agents.stop('ash');
      const next = await farm.submit('quick');
      expect(await exit).toBe(0);
      expect(farm.agents.leftoversOf('ash')).toStrictEqual({ mounts: [], programs: [], scratch: [] });
      for (const gate of ['b', 'd', 'e']) farm.openGate(gate);
      await allAreCompleted([...jobs, next]);
      for (const job of jobs) expect(grantsOf(farm.events(), job)[0]).toBe('ash');
      expect([...jobs, next].map((job) => grantsOf(farm.events(), job).at(-1))).not.toContain('ash');
    },
    PATIENCE_MS,
  );

  it(
    'row 32: a second signal ends an agent at once, and nothing of it stays',
    async () => {
      const job = await farm.submit('stubborn');
      await farm.isAtWork(job);
      const [agent = ''] = grantsOf(farm.events(), job);
      // Asks again and again: a signal that comes before the one before was taken is one with it.
      await within(20_000, `${agent} ends`, () => {
        farm.agents.kill(agent, 'SIGTERM');
        return farm.agents.exitOf(agent) !== null;
      });
      expect(farm.agents.exitOf(agent)).toBe(130);
      await within(
        20_000,
        'its programs are gone',
        () => farm.agents.leftoversOf(agent).programs.length === 0,
      );
      expect((await farm.services.call('POST', `/v1/jobs/${job}/cancellation`, { body: {} })).status).toBe(
        202,
      );
      farm.agents.start(agent);
      await farm.recorded(job, ({ type }) => type === 'BuildCancelled');
      await within(
        60_000,
        'its folders are swept',
        () => workFoldersOf(farm.agents.stateOf(agent)).length === 0,
      );
    },
    PATIENCE_MS,
  );

  it(
    'row 32: services that are told to end under load end with 0, and lose nothing they said yes to',
    async () => {
      const before = await several('quick', 4);
      for (const service of ['scheduler', 'registry', 'gateway']) {
        const asked = several('quick', 2);
        expect(await farm.restart(service)).toBe(0);
        before.push(...(await asked));
      }
      await allAreCompleted(before);
    },
    PATIENCE_MS,
  );

  it(
    'row 20: two schedulers that both give out builds give none out twice',
    async () => {
      const second = farm.services.start('scheduler');
      const jobs = await several('quick', 12);
      await allAreCompleted(jobs);
      for (const job of jobs) expect(grantsOf(farm.events(), job)).toHaveLength(1);
      second.kill('SIGTERM');
      expect(await ended(second)).toBe(0);
    },
    PATIENCE_MS,
  );

  itTraced(
    'row 1: a scheduler killed at any of its writes loses nothing, and grants nothing twice',
    async () => {
      const asked: Promise<string>[] = [];
      for (const [call, nth] of CRASHES) {
        await farm.end('scheduler');
        const dying = farm.services.start('scheduler', {}, { under: killedAt(call, nth) });
        const most = asked.length + MOST_ASKED;
        while (dying.exitCode === null && dying.signalCode === null && asked.length < most) {
          asked.push(farm.submit('quick'));
          await Promise.race([asked.at(-1), ended(dying)]);
        }
        expect([call, nth, dying.signalCode]).toStrictEqual([call, nth, 'SIGKILL']);
      }
      farm.services.start('scheduler');
      await allAreCompleted(await Promise.all(asked));
      expect(asked.length).toBeGreaterThanOrEqual(CRASHES.length);
    },
    PATIENCE_MS,
  );

  it(
    'row 17: a scheduler that wakes up an hour later and is then set back by two ends no lease, and counts no time twice',
    async () => {
      await farm.end('scheduler');
      const clock = clockOf('woken');
      const woken = farm.services.start('scheduler', clock.env, { imports: [WRONG_CLOCK] });
      const jobs = await Promise.all(['f', 'g'].map((gate) => farm.submit(`gate-${gate}`)));
      await Promise.all(jobs.map((job) => farm.isAtWork(job)));
      woken.kill('SIGSTOP');
      clock.isOff(HOUR_MS);
      await pause(SUSPENDED_MS);
      woken.kill('SIGCONT');
      const during = await farm.submit('quick');
      await farm.recorded(during, ({ type }) => type === 'BuildWaiting');
      clock.isOff(-HOUR_MS);
      farm.openGate('f');
      await farm.isCompleted(jobs[0] ?? '');
      farm.openGate('g');
      await allAreCompleted([...jobs, during]);
      for (const job of [...jobs, during]) expect(grantsOf(farm.events(), job)).toHaveLength(1);
      const tookMs = jobs.flatMap((job) => timesOf(eventsOfJob(farm.events(), job)));
      expect(tookMs.filter((ms) => ms < 0 || ms >= HOUR_MS)).toStrictEqual([]);
      expect(await farm.restart('scheduler')).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'an agent that is drained with two builds side by side finishes both, takes nothing new, and leaves with 0',
    async () => {
      for (const agent of ['oak', 'elm']) await farm.agents.stop(agent);
      const leaving = farm.agents.start('yew', { env: { GILD_SLOTS: '2', GILD_LEAVE_WHEN_DRAINED: 'yes' } });
      const jobs = await Promise.all(['h', 'i'].map((gate) => farm.submit(`gate-${gate}`)));
      await Promise.all(jobs.map((job) => farm.isAtWork(job)));
      expect(jobs.map((job) => grantsOf(farm.events(), job))).toStrictEqual([['yew'], ['yew']]);
      const drained = await farm.services.call('POST', '/v1/agents/yew/drain', { body: {} });
      expect(drained.status).toBeLessThan(300);
      const next = await farm.submit('quick');
      await farm.recorded(next, ({ type, data }) => /DRAINING/.test(JSON.stringify([type, data])));
      for (const gate of ['h', 'i']) farm.openGate(gate);
      expect(await ended(leaving)).toBe(0);
      expect(farm.agents.leftoversOf('yew')).toStrictEqual({ mounts: [], programs: [], scratch: [] });
      for (const agent of ['oak', 'elm']) farm.agents.start(agent);
      await allAreCompleted([...jobs, next]);
      expect(jobs.map((job) => grantsOf(farm.events(), job))).toStrictEqual([['yew'], ['yew']]);
      expect(grantsOf(farm.events(), next)).not.toContain('yew');
    },
    PATIENCE_MS,
  );

  it(
    'row 17: a build that was lost under a clock an hour fast goes on in time under one an hour slow',
    async () => {
      await farm.end('scheduler');
      const off = (ms: number) => {
        const clock = clockOf(`off-by-${ms}`);
        clock.isOff(ms);
        return farm.services.start('scheduler', clock.env, { imports: [WRONG_CLOCK] });
      };
      const fast = off(HOUR_MS);
      const job = await farm.submit('gate-c');
      await farm.isAtWork(job);
      const [agent = ''] = grantsOf(farm.events(), job);
      farm.agents.kill(agent, 'SIGKILL');
      await within(10_000, `${agent} is gone`, () => farm.agents.exitOf(agent) !== null);
      farm.agents.start(agent);
      await farm.recorded(job, ({ type }) => type === 'AttemptLost');
      fast.kill('SIGKILL');
      off(-HOUR_MS);
      const others = await several('quick', 2);
      farm.openGate('c');
      await allAreCompleted([job, ...others]);
      expect(grantsOf(farm.events(), job)).toHaveLength(2);
      expect(timesOf(farm.events()).filter((ms) => ms < 0)).toStrictEqual([]);
    },
    PATIENCE_MS,
  );
});
