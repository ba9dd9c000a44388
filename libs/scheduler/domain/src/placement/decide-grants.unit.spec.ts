import { laterBy } from '@gild/kernel';
import { type AgentCapacity } from './agent-pools.js';
import { decideGrants, type PlacementQuestion, type QueuedBuild } from './decide-grants.js';
import { agent, build, NOW } from './placement-under-test.spec.js';

const ask = (question: Partial<PlacementQuestion>) =>
  decideGrants({
    queue: [],
    running: [],
    agents: [agent('oak', { slots: 9 })],
    policy: { maxParallelBuilds: 3, minDiskFreePercent: 10 },
    now: NOW,
    ...question,
  });
const order = (question: Partial<PlacementQuestion>) => ask(question).grants.map(({ jobId }) => jobId);
const reasons = (question: Partial<PlacementQuestion>) =>
  ask(question).waiting.map(({ reason }) => reason.message);

describe('turns', () => {
  it('go to the more urgent build, then to the older one', () =>
    expect(
      order({
        queue: [build('c'), build('b', { requestedAt: laterBy(NOW, -1000) }), build('a', { priority: 5 })],
      }),
    ).toStrictEqual(['a', 'b', 'c']));
  it('go round the images, so that one with many builds does not hold up the others', () => {
    const many = ['w1', 'w2', 'w3'].map((id) => build(id, { imageName: 'web', parallelBuilds: true }));
    const later = build('d1', { imageName: 'db', requestedAt: laterBy(NOW, 1000) });
    expect(order({ queue: [...many, later] })).toStrictEqual(['w1', 'd1', 'w2']);
  });
  it('come to a build of low priority, however many urgent ones arrive', () => {
    const old = build('old', { priority: -5, requestedAt: laterBy(NOW, -6 * 3_600_000) });
    expect(order({ queue: [build('new'), old] })).toStrictEqual(['old', 'new']);
  });
});

describe('an agent', () => {
  it('is the one with the most free slots', () => {
    const agents = [agent('oak', { slots: 1 }), agent('elm', { slots: 2 })];
    expect(ask({ agents, queue: [build('a'), build('b'), build('c')] }).grants).toMatchObject([
      { jobId: 'a', agentId: 'elm' },
      { jobId: 'b', agentId: 'elm' },
      { jobId: 'c', agentId: 'oak' },
    ]);
  });
  it('is, where as many slots are free, the one that builds the fewest architectures, and only then the one with the most disk', () => {
    const both = agent('elm', { emulates: ['aarch64'], freeDiskPercent: 90 });
    const agents = [both, agent('oak', { freeDiskPercent: 40 }), agent('pine', { freeDiskPercent: 60 })];
    const queue = [build('a'), build('b'), build('c', { arch: 'aarch64' })];
    expect(ask({ agents, queue }).grants).toMatchObject([
      { jobId: 'a', agentId: 'pine' },
      { jobId: 'b', agentId: 'oak' },
      { jobId: 'c', agentId: 'elm' },
    ]);
  });
  it('is another one than the one that failed, if there is another', () => {
    const setback = { agentId: 'elm', failureClass: 'lost', delayMs: 10_000, retryAt: NOW } as const;
    const queue = [build('a', { setback, nextAttempt: 2 })];
    const agents = [agent('elm', { slots: 9 }), agent('oak')];
    expect(ask({ agents, queue }).grants).toStrictEqual([{ jobId: 'a', attempt: 2, agentId: 'oak' }]);
    expect(ask({ agents: [agent('elm')], queue }).grants).toMatchObject([{ agentId: 'elm' }]);
  });
});

describe('an agent in quarantine', () => {
  const until = laterBy(NOW, 60_000);
  const shut = agent('elm', { slots: 9, quarantine: { reason: 'no space.', until } });
  it('gets nothing before its time is over', () => {
    expect(ask({ agents: [shut, agent('oak')], queue: [build('a')] }).grants).toMatchObject([
      { agentId: 'oak' },
    ]);
    expect(ask({ agents: [shut], queue: [build('a')] }).waiting).toStrictEqual([
      {
        jobId: 'a',
        reason: {
          code: 'AGENTS_QUARANTINED',
          message: `all agents of x86_64 are quarantined; elm until ${until}: no space`,
        },
      },
    ]);
  });
  it('gets one build at a time afterwards, to show that it works', () => {
    const queue = [build('a'), build('b')];
    expect(ask({ agents: [shut], queue, now: until }).grants).toMatchObject([{ jobId: 'a' }]);
    const running = [{ jobId: 'x', imageName: 'x', agentId: 'elm' }];
    expect(ask({ agents: [shut], queue, running, now: until }).grants).toStrictEqual([]);
  });
  it('gets nothing at all while it has to be released', () => {
    const byHand = agent('fir', { quarantine: { reason: 'odd disks' } });
    expect(reasons({ agents: [byHand], queue: [build('a')], now: laterBy(NOW, 86_400_000) })).toStrictEqual([
      'all agents of x86_64 are quarantined; fir until it is released: odd disks',
    ]);
    const others = [byHand, shut, agent('ash', { draining: true })];
    expect(reasons({ agents: others, queue: [build('a')] })).toStrictEqual([
      `all agents of x86_64 are quarantined or draining; elm until ${until}: no space`,
    ]);
  });
});

describe('an agent that holds layers of the build', () => {
  const layers = ['a'.repeat(12), 'b'.repeat(12), 'c'.repeat(12)];
  const holding = (agentId: string, count: number, rest: Partial<AgentCapacity> = {}) =>
    agent(agentId, { layers: new Set(layers.slice(0, count)), ...rest });
  const taker = (...agents: AgentCapacity[]) =>
    ask({ agents, queue: [build('a', { layers })] }).grants[0]?.agentId;

  it('goes before one with more free slots or disk, the one that holds more before the one that holds fewer', () => {
    expect(taker(agent('ash', { slots: 9 }), holding('elm', 1), holding('oak', 2))).toBe('oak');
    expect(taker(holding('ash', 2), holding('elm', 2, { slots: 2 }))).toBe('elm');
    expect(taker(holding('ash', 2), holding('elm', 2, { freeDiskPercent: 80 }))).toBe('elm');
  });
  it('does not go before one that need not emulate, nor where the disk is low', () => {
    expect(taker(agent('ash'), holding('elm', 3, { arch: 'aarch64', emulates: ['x86_64'] }))).toBe('ash');
    expect(taker(agent('ash'), holding('elm', 3, { freeDiskPercent: 9 }))).toBe('ash');
  });
  it('does not go before another one than the one that failed', () => {
    const setback = { agentId: 'elm', failureClass: 'lost', delayMs: 10_000, retryAt: NOW } as const;
    const agents = [agent('ash'), holding('elm', 3)];
    expect(ask({ agents, queue: [build('a', { layers, setback })] }).grants).toMatchObject([
      { agentId: 'ash' },
    ]);
  });
});

describe('builds of one version', () => {
  const part = (jobId: string, group = 'v1', rest: Partial<QueuedBuild> = {}) =>
    build(jobId, { imageName: 'web', group, ...rest });
  const running = (jobId: string, group?: string, agentId?: string) => ({
    ...{ jobId, imageName: 'web', group },
    ...(agentId !== undefined && { agentId }),
  });

  it('run side by side, in the turn of one build', () => {
    const db = build('db', { requestedAt: laterBy(NOW, 1000) });
    expect(order({ queue: [part('a'), part('b'), db] })).toStrictEqual(['a', 'b', 'db']);
    expect(order({ queue: [part('b'), db], running: [running('a', 'v1', 'oak')] })).toStrictEqual([
      'b',
      'db',
    ]);
  });
  it('keep other builds of the image waiting, and wait for those', () => {
    const waits = ['another build of this image runs'];
    expect(reasons({ queue: [part('c', 'v2')], running: [running('a', 'v1', 'oak')] })).toStrictEqual(waits);
    const oneIsReady = [running('a', 'v1'), running('b', 'v1', 'oak')];
    expect(reasons({ queue: [part('c', 'v2')], running: oneIsReady })).toStrictEqual(waits);
    expect(reasons({ queue: [part('b')], running: [running('x', undefined, 'oak')] })).toStrictEqual(waits);
    const both = [running('a', 'v1', 'oak'), running('x', undefined, 'oak')];
    expect(reasons({ queue: [part('b')], running: both })).toStrictEqual(waits);
  });
  it('keep nobody waiting once what is left of them has no agent', () => {
    const queue = [part('b', 'v1', { arch: 'aarch64' }), build('x', { imageName: 'web' }), part('c', 'v2')];
    const asked = { queue, running: [running('a', 'v1')] };
    expect(order(asked)).toStrictEqual(['c']);
    expect(reasons(asked)).toStrictEqual(['no agent for aarch64', 'another build of this image runs']);
    expect(reasons({ queue: [build('x', { imageName: 'web' })], running: [running('a')] })).toStrictEqual([
      'another build of this image runs',
    ]);
  });
  it('take up no place of the policy once they only wait for each other', () => {
    const policy = { maxParallelBuilds: 1, minDiskFreePercent: 10 };
    const full = ['1 of 1 builds running (policy)'];
    expect(order({ policy, queue: [part('b')], running: [running('a', 'v1')] })).toStrictEqual(['b']);
    expect(reasons({ policy, queue: [part('b')], running: [running('a', 'v1', 'oak')] })).toStrictEqual(full);
    const alone = [running('a')];
    expect(reasons({ policy, queue: [build('c')], running: alone })).toStrictEqual(full);
  });
});

describe('a build of an architecture', () => {
  const queue = [build('a', { arch: 'aarch64' }), build('b', { arch: 'aarch64' })];
  const native = agent('fir', { arch: 'aarch64' });
  const emulating = agent('elm', { emulates: ['aarch64'], slots: 9 });

  it('goes to an agent of it first, and then to one that emulates it', () =>
    expect(ask({ agents: [emulating, native], queue }).grants).toStrictEqual([
      { jobId: 'a', attempt: 1, agentId: 'fir' },
      { jobId: 'b', attempt: 1, agentId: 'elm', emulated: true },
    ]));
  it('shares the slots of an emulating agent with builds of its own', () => {
    const agents = [agent('elm', { emulates: ['aarch64'] })];
    const mixed = [build('a', { arch: 'aarch64' }), build('b')];
    expect(order({ agents, queue: mixed })).toStrictEqual(['a']);
    expect(reasons({ agents, queue: mixed })).toStrictEqual(['all agents of x86_64 are busy']);
  });
  it('is emulated rather than given back to the agent that failed it', () => {
    const setback = { agentId: 'fir', failureClass: 'lost', delayMs: 10_000, retryAt: NOW } as const;
    const again = [build('a', { arch: 'aarch64', setback, nextAttempt: 2 })];
    expect(ask({ agents: [native, emulating], queue: again }).grants).toMatchObject([{ agentId: 'elm' }]);
    expect(ask({ agents: [native], queue: again }).grants).toMatchObject([{ agentId: 'fir' }]);
  });
});

describe('a build of a distribution', () => {
  const fedora = (jobId: string, release = '43') => build(jobId, { distribution: 'fedora', release });
  const poor = (agentId: string, release?: string) =>
    agent(agentId, {
      slots: 9,
      cannotBuild: [{ distribution: 'fedora', ...(release && { release }), reason: 'it has no dnf.' }],
    });

  it('goes to the agent that can, and everything else to the one with the most free slots', () =>
    expect(
      ask({
        agents: [poor('elm'), agent('oak')],
        queue: [fedora('a'), build('b', { distribution: 'debian' })],
      }).grants,
    ).toMatchObject([{ agentId: 'oak' }, { agentId: 'elm' }]));
  it('is refused by its release alone where only that cannot be built', () => {
    const agents = [poor('elm', '42'), agent('oak')];
    const queue = [fedora('a', '42'), fedora('b', '43')];
    expect(ask({ agents, queue }).grants).toMatchObject([{ agentId: 'oak' }, { agentId: 'elm' }]);
  });
  it('is emulated by one that can rather than given to one of its architecture that cannot', () => {
    const queue = [build('a', { arch: 'aarch64', distribution: 'fedora' })];
    const native = { ...poor('fir'), arch: 'aarch64' };
    const emulating = agent('oak', { emulates: ['aarch64'] });
    expect(ask({ agents: [native, emulating], queue }).grants).toMatchObject([
      { agentId: 'oak', emulated: true },
    ]);
  });
  it.each<[string, Partial<AgentCapacity>]>([
    ['all agents of x86_64 that can build fedora 43 are draining', { draining: true }],
    ['disk below 10 % on all agents that can build fedora 43', { freeDiskPercent: 1 }],
    ['all agents of x86_64 that can build fedora 43 are busy', {}],
  ])('that waits for the one that can reads: %s', (message, oak) => {
    const running = [{ jobId: 'r', imageName: 'r', agentId: 'oak' }];
    const agents = [poor('elm'), agent('oak', oak)];
    expect(reasons({ agents, running, queue: [fedora('a')] })).toStrictEqual([message]);
  });
});

describe('the reason for waiting', () => {
  const running = (...ids: string[]) => ids.map((jobId) => ({ jobId, imageName: jobId, agentId: 'elm' }));
  it.each<[string, Partial<PlacementQuestion>]>([
    ['no agent for aarch64', { queue: [build('a', { arch: 'aarch64' })] }],
    [
      'no agent for aarch64: an x86_64 agent with qemu-user-static could emulate it',
      {
        queue: [build('a', { arch: 'aarch64' })],
        agents: [agent('oak', { couldEmulate: ['aarch64'] }), agent('elm', { couldEmulate: ['aarch64'] })],
      },
    ],
    [
      'no agent for aarch64: an x86_64 agent would emulate it, but cannot: its emulator is broken',
      {
        queue: [build('a', { arch: 'aarch64' })],
        agents: [
          agent('oak', { cannotEmulate: [{ arch: 'aarch64', reason: 'something else' }] }),
          agent('elm', { cannotEmulate: [{ arch: 'aarch64', reason: 'its emulator is broken.' }] }),
        ],
      },
    ],
    [
      'no agent for aarch64: an x86_64 agent with qemu-user-static could emulate it',
      {
        queue: [build('a', { arch: 'aarch64' })],
        agents: [
          agent('elm', { cannotEmulate: [{ arch: 'aarch64', reason: 'its emulator is broken.' }] }),
          agent('oak', { couldEmulate: ['aarch64'] }),
        ],
      },
    ],
    [
      'no agent of x86_64 can build fedora 43; elm says: it has no dnf',
      {
        queue: [build('a', { distribution: 'fedora', release: '43' })],
        agents: [
          agent('oak', { cannotBuild: [{ distribution: 'fedora', reason: 'something else' }] }),
          agent('elm', {
            cannotBuild: [
              { distribution: 'fedora', release: '42', reason: 'it is told no mirror' },
              { distribution: 'fedora', release: '43', reason: 'it has no dnf.' },
            ],
          }),
          agent('fir', { arch: 'aarch64' }),
        ],
      },
    ],
    [
      'no agent of x86_64 can build fedora 43 and boot it; oak says: it has no machine',
      {
        queue: [build('a', { distribution: 'fedora', release: '43', booted: true })],
        agents: [
          agent('elm', { cannotBuild: [{ distribution: 'fedora', reason: 'it has no dnf.' }] }),
          agent('oak', { cannotBoot: [{ arch: 'x86_64', reason: 'it has no machine.' }] }),
        ],
      },
    ],
    [
      'all agents of aarch64 are draining',
      {
        queue: [build('a', { arch: 'aarch64' })],
        agents: [agent('oak', { emulates: ['aarch64'], draining: true }), agent('elm')],
      },
    ],
    ['no agent for x86_64', { queue: [build('a')], agents: [] }],
    ['3 of 3 builds running (policy)', { queue: [build('a')], running: running('b', 'c', 'd') }],
    ['another build of this image runs', { queue: [build('a')], running: running('a') }],
    [
      'disk below 10 % on all agents',
      { queue: [build('a')], agents: [agent('oak', { freeDiskPercent: 9.9 })] },
    ],
    [
      'all agents of x86_64 are draining',
      { queue: [build('a')], agents: [agent('oak', { draining: true })] },
    ],
    ['all agents of x86_64 are busy', { queue: [build('a')], agents: [agent('elm')], running: running('b') }],
    [
      'waits 12 s before attempt 2 (infrastructure failure)',
      {
        queue: [
          build('a', {
            nextAttempt: 2,
            setback: {
              agentId: 'oak',
              failureClass: 'infrastructure',
              delayMs: 12_000,
              retryAt: laterBy(NOW, 1),
            },
          }),
        ],
      },
    ],
  ])('reads: %s', (message, question) => expect(reasons(question)).toStrictEqual([message]));
  it('is not another build of the image where builds may run side by side', () =>
    expect(order({ queue: [build('a', { parallelBuilds: true })], running: running('a') })).toStrictEqual([
      'a',
    ]));
});

it('answers every one of 10,000 queued builds on 1,000 agents, and grants what the policy allows', () => {
  const queue = Array.from({ length: 10_000 }, (_, n) => build(`j${n}`, { imageName: `image${n % 3000}` }));
  const agents = Array.from({ length: 1000 }, (_, n) => agent(`a${n}`, { slots: 2 }));
  const { grants, waiting } = ask({
    queue,
    agents,
    policy: { maxParallelBuilds: 500, minDiskFreePercent: 10 },
  });
  expect({ grants: grants.length, waiting: waiting.length }).toStrictEqual({ grants: 500, waiting: 9500 });
});
