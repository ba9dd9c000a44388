import {
  AGENT_PROTOCOL,
  type AgentDescription,
  type Assignment,
  type SyncReply,
  type SyncRequest,
} from '@gild/contracts';
import { Fault, type Messenger } from '@gild/ports';
import { type FakeClock, fakeClock } from '@gild/testing';
import type { Fact } from '../attempt.js';
import { agentLoop } from './agent-loop.js';

const LEASE_MS = 30_000;
const description: AgentDescription = {
  agentId: 'a',
  sessionId: 's',
  arch: 'x86_64',
  slots: 1,
  host: 'h',
  release: '1',
  freeDiskPercent: 50,
};
const assignment = (jobId: string, attempt = 1): Assignment => ({
  jobId,
  attempt,
  imageName: 'web',
  imageVersion: '1.0.0',
  inputDigest: '0'.repeat(64),
  useCache: true,
  bootTest: true,
  timeoutMs: 1,
});
const ended = (attempt: number, code: string): Fact => ({
  type: 'AttemptEnded',
  data: { attempt, failure: { class: 'cancelled', code, message: code } },
});

type Build = {
  assignment: Assignment;
  report: (fact: Fact) => void;
  signal: AbortSignal;
  finish: () => void;
};

type Options = {
  leaveWhenDrained?: boolean;
  describe?: () => Promise<AgentDescription>;
  /** Whether builds that are stopped end, and report it, when the test says so. */
  stopsSlowly?: boolean;
};

/** A scheduler that answers each request when the test says so, and builds that end when the test says so. */
const started = ({ stopsSlowly = false, ...options }: Options = {}) => {
  const clock: FakeClock = fakeClock();
  const leave = new AbortController();
  const requests: {
    request: SyncRequest;
    answer: (reply: Partial<SyncReply>) => Promise<void>;
    fail: (code?: string) => void;
  }[] = [];
  const builds: Build[] = [];
  const reported: string[] = [];
  const messenger: Messenger = {
    hint: () => undefined,
    onHint: () => Promise.resolve(() => undefined),
    request: (_subject, payload, { timeoutMs = 0 } = {}) =>
      new Promise((resolve, reject) => {
        const fail = (code = 'TIMEOUT') => reject(new Fault(code, 'no answer', { retryable: true }));
        void clock.delay(timeoutMs).then(() => fail());
        const answer = async (reply: Partial<SyncReply>) => {
          resolve({ run: [], stop: [], acknowledged: [], leaseMs: LEASE_MS, nextSyncMs: 0, ...reply });
          await clock.advance(0);
        };
        requests.push({ request: payload as SyncRequest, answer, fail });
      }),
  };
  const done = agentLoop({
    messenger,
    clock,
    describe: () => Promise.resolve(description),
    report: (error) => reported.push((error as Fault).code),
    signal: leave.signal,
    ...options,
    execute: (given, { report, signal }) =>
      new Promise((resolve) => {
        builds.push({ assignment: given, report, signal, finish: () => resolve() });
        if (stopsSlowly) return;
        signal.addEventListener('abort', () => {
          report(ended(given.attempt, (signal.reason as Fault).code));
          resolve();
        });
      }),
  });
  const last = () => requests.at(-1) ?? missing();
  const build = (index = 0) => builds[index] ?? missing();
  return { clock, leave, requests, reported, builds, build, last, done };
};
const missing = (): never => {
  throw new Error('this did not happen');
};
const codesIn = ({ running }: SyncRequest) =>
  running.flatMap(({ reports }) =>
    reports.map(({ fact }) => (fact.type === 'AttemptEnded' ? fact.data.failure.code : fact.type)),
  );

const step = (attempt: number): Fact => ({ type: 'StepStarted', data: { attempt, step: 'disk' } });

it('tells what it is and lets the answer be held back while it has nothing to say', async () => {
  const { clock, last, requests } = started();
  await clock.settle();
  expect(last().request).toStrictEqual({
    ...{ protocol: AGENT_PROTOCOL, agent: description },
    ...{ running: [], draining: false, waitMs: 5000 },
  });
  await last().answer({});
  expect(requests).toHaveLength(2);
});

it.each(['AGENT_INCOMPATIBLE', 'AGENT_NOT_JOINED'])(
  'row 34: says once that it is refused with %s, and asks rarely, until it is taken',
  async (code) => {
    const { clock, last, requests, reported } = started();
    await clock.settle();
    for (const times of [1, 2]) {
      last().fail(code);
      await clock.advance(29_999);
      expect(requests).toHaveLength(times);
      await clock.advance(1);
    }
    expect(reported).toStrictEqual([code]);
    await last().answer({});
    await clock.settle();
    expect(requests).toHaveLength(4);
  },
);

it('starts what it is told to run, once', async () => {
  const { clock, last, builds } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  await last().answer({ run: [assignment('j')] });
  expect(builds.map((each) => each.assignment.jobId)).toStrictEqual(['j']);
  expect(last().request.running).toStrictEqual([{ jobId: 'j', attempt: 1, reports: [] }]);
});

it('tells a fact at once, although an answer is being held back, and again until it is acknowledged', async () => {
  const { clock, last, build, requests } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  build().report(step(1));
  build().report(step(1));
  await clock.advance(20);
  const told = { seq: 1, fact: step(1) };
  expect(last().request.running[0]?.reports).toStrictEqual([told, { ...told, seq: 2 }]);
  expect(last().request.waitMs).toBe(0);
  await last().answer({ run: [assignment('j')], acknowledged: [{ jobId: 'j', attempt: 1, seq: 1 }] });
  await clock.advance(20);
  expect(last().request.running[0]?.reports.map(({ seq }) => seq)).toStrictEqual([2]);
  expect(requests.length).toBeLessThan(6);
});

it('forgets an attempt when its end was acknowledged, and never starts it again', async () => {
  const { clock, last, build, builds } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  build().report(ended(1, 'X'));
  build().finish();
  await clock.advance(20);
  await last().answer({ run: [assignment('j')], acknowledged: [{ jobId: 'j', attempt: 1, seq: 1 }] });
  await last().answer({ run: [assignment('j')] });
  expect(last().request.running).toStrictEqual([]);
  expect(builds).toHaveLength(1);
  await last().answer({ run: [assignment('j', 2)] });
  expect(builds).toHaveLength(2);
});

it.each([
  ['cancelled', 'CANCELLED'],
  ['timeout', 'BUILD_TIMEOUT'],
] as const)('ends what is to stop because it is %s, and proves it', async (why, code) => {
  const { clock, last, build } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  await last().answer({ stop: [{ jobId: 'j', attempt: 1, why }] });
  expect(build().signal.aborted).toBe(true);
  await clock.advance(20);
  expect(codesIn(last().request)).toStrictEqual([code]);
});

it('ends a stale attempt and says nothing more of it', async () => {
  const { clock, last, build } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  await last().answer({ stop: [{ jobId: 'j', attempt: 1, why: 'stale' }] });
  expect(build().signal.aborted).toBe(true);
  await clock.advance(20);
  expect(last().request.running).toStrictEqual([]);
});

it('ends its builds at 80 % of a lease that nobody renews, though a request is under way, and tells later', async () => {
  const { clock, last, build, requests } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  await clock.advance(23_000);
  expect(build().signal.aborted).toBe(false);
  await clock.advance(2_000);
  expect(build().signal.reason).toMatchObject({ code: 'LEASE_LOST' });
  const unanswered = requests.length;
  await clock.advance(60_000);
  expect(requests.length).toBeGreaterThan(unanswered);
  expect(codesIn(last().request)).toStrictEqual(['LEASE_LOST']);
});

it('counts a lease from sending the request, not from the answer', async () => {
  const { clock, last, build } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  await clock.advance(5000);
  await last().answer({ run: [assignment('j')] });
  await clock.advance(18_900);
  expect(build().signal.aborted).toBe(false);
  await clock.advance(200);
  expect(build().signal.aborted).toBe(true);
});

it.each([1, 2])('goes on building when %i replies in a row are lost', async (losses) => {
  const { clock, last, build, requests } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  const heldBack = async (): Promise<void> => {
    await clock.advance(last().request.waitMs);
    await last().answer({ run: [assignment('j')] });
  };
  await heldBack();
  const before = requests.length;
  while (requests.length < before + losses) await clock.advance(50);
  expect(last().request.waitMs).toBe(0);
  await heldBack();
  await heldBack();
  expect(build().signal.aborted).toBe(false);
  expect(last().request.waitMs).toBe(5000);
});

it('asks an unreachable scheduler again, with growing pauses of at most four seconds', async () => {
  const { clock, requests, last } = started();
  const times: number[] = [];
  for (let count = 1; count <= 8; count += 1) {
    await clock.settle();
    while (requests.length < count) await clock.advance(50);
    times.push(clock.monotonicMs());
    last().fail();
  }
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(pauses).toStrictEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
});

it('says why it cannot take part, once for each reason in a row', async () => {
  const { clock, requests, last, reported } = started();
  const next = async (): Promise<void> => {
    const before = requests.length;
    while (requests.length === before) await clock.advance(50);
  };
  await clock.settle();
  for (const code of ['UNAVAILABLE', 'UNAVAILABLE', 'INVALID_REQUEST', 'UNAVAILABLE']) {
    last().fail(code);
    await next();
  }
  await last().answer({});
  last().fail('UNAVAILABLE');
  await next();
  expect(reported).toStrictEqual(['UNAVAILABLE', 'INVALID_REQUEST', 'UNAVAILABLE', 'UNAVAILABLE']);
});

it('ends with a sentence when another process took part under its name, and ends its builds before', async () => {
  const { clock, last, build, done } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  const refused = expect(done).rejects.toMatchObject({
    code: 'AGENT_REPLACED',
    message: 'another process takes part as agent a: give each its own GILD_AGENT_ID',
  });
  await last().answer({ stop: [{ jobId: 'j', attempt: 1, why: 'stale' }], replaced: true });
  await refused;
  expect(build().signal.aborted).toBe(true);
});

it('ends what runs when it has to leave, and says so once', async () => {
  const { clock, last, build, leave, done } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  leave.abort(new Error('leave'));
  await clock.settle();
  expect(build().signal.reason).toMatchObject({ code: 'AGENT_LEAVING' });
  expect(last().request.draining).toBe(true);
  expect(codesIn(last().request)).toStrictEqual(['AGENT_LEAVING']);
  last().fail();
  await done;
});

it('says that it leaves, with their ends, when its builds have ended', async () => {
  const { clock, last, build, requests, leave, done } = started({ stopsSlowly: true });
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  const asked = requests.length;
  leave.abort(new Error('leave'));
  await clock.settle();
  expect(build().signal.aborted).toBe(true);
  expect(requests).toHaveLength(asked);
  build().report(ended(1, 'AGENT_LEAVING'));
  build().finish();
  await clock.settle();
  expect(codesIn(last().request)).toStrictEqual(['AGENT_LEAVING']);
  last().fail();
  await done;
});

it('says that it leaves, and lets no answer be held back, when it has to before it has asked', async () => {
  const looks: (() => void)[] = [];
  const describe = () => new Promise<AgentDescription>((resolve) => looks.push(() => resolve(description)));
  const { clock, last, leave, done } = started({ describe });
  leave.abort(new Error('leave'));
  looks.shift()?.();
  await clock.settle();
  expect(last().request).toMatchObject({ draining: true, waitMs: 0 });
  looks.shift()?.();
  await clock.settle();
  last().fail();
  await done;
});

it('says that it leaves when it has nothing else to say, and waits no longer than two seconds for an answer', async () => {
  const { clock, last, leave, done } = started();
  await clock.settle();
  leave.abort(new Error('leave'));
  await clock.settle();
  expect(last().request).toMatchObject({ running: [], draining: true, waitMs: 0 });
  await clock.advance(2000);
  await done;
});

it('leaves without waiting for an answer that does not come', async () => {
  const { clock, last, build, leave, done } = started();
  await clock.settle();
  await last().answer({ run: [assignment('j')] });
  build().report(step(1));
  await clock.advance(20);
  expect(last().request.waitMs).toBe(0);
  leave.abort(new Error('leave'));
  await clock.settle();
  expect(codesIn(last().request)).toStrictEqual(['StepStarted', 'AGENT_LEAVING']);
  await last().answer({});
  await done;
  expect(clock.monotonicMs()).toBeLessThan(100);
});

describe('a drained agent', () => {
  it('leaves once it has nothing left to do, when it is told to', async () => {
    const { clock, last, build, requests, done } = started({ leaveWhenDrained: true });
    await clock.settle();
    await last().answer({ run: [assignment('j')], drain: true });
    build().report(step(1));
    build().finish();
    await clock.advance(20);
    await last().answer({ drain: true });
    await clock.advance(20);
    await last().answer({ acknowledged: [{ jobId: 'j', attempt: 1, seq: 1 }], drain: true });
    await clock.settle();
    const farewell = requests.length;
    await last().answer({});
    await done;
    expect(requests).toHaveLength(farewell);
    expect(last().request.running).toStrictEqual([]);
  });
  it('stays otherwise, to be resumed', async () => {
    const { clock, last, requests } = started();
    await clock.settle();
    await last().answer({ drain: true });
    expect(requests).toHaveLength(2);
    expect(last().request.draining).toBe(false);
  });
});
