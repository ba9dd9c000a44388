import type { ImageEvent, LifeEvent } from '@gild/contracts';
import { fold, scenario } from '@gild/kernel';
import fc from 'fast-check';
import { image, type ImageCommand } from '../image/image.js';
import { decideLife, type Life } from './decide-life.js';
import type { LifeCommand } from './life-commands.js';
import { channelsAt, currentOf, evolveLife, isUsable, NO_LIFE, type LifeState } from './life-state.js';

const by = 'ada';
const VERSIONS = ['1.0.0', '1.1.0', '1.2.0'];
const CHANNELS = ['stable', 'candidate'];
const isFinished = (version: string): boolean => VERSIONS.includes(version);

const after = (...events: LifeEvent[]): Life => ({
  ...events.reduce<LifeState>(evolveLife, NO_LIFE),
  isFinished,
});
const moved = (
  version: string,
  how: 'promotion' | 'rollback' = 'promotion',
  channel = 'stable',
): LifeEvent => ({
  type: 'ChannelMoved',
  data: { channel, version, how, by },
});
const revoked = (version: string, descendants = true): LifeEvent => ({
  type: 'VersionRevoked',
  data: { version, by, reason: 'leaks', descendants, rollBack: false },
});
const deprecated = (version: string): LifeEvent => ({ type: 'VersionDeprecated', data: { version, by } });
const deleted = (version: string): LifeEvent => ({
  type: 'VersionDeleted',
  data: { version, by, forced: false },
});

const promote = (version: string, channel = 'stable'): LifeCommand => ({
  type: 'PromoteVersion',
  data: { channel, version, by },
});
const rollBack = (to?: string): LifeCommand => ({
  type: 'RollBackChannel',
  data: { channel: 'stable', by, reason: 'broken', ...(to !== undefined && { to }) },
});
const revoke = (version: string, how: { descendants?: boolean; rollBack?: boolean } = {}): LifeCommand => ({
  type: 'RevokeVersion',
  data: { version, by, reason: 'leaks', descendants: true, rollBack: false, ...how },
});
const deprecate = (version: string, replacement?: string): LifeCommand => ({
  type: 'DeprecateVersion',
  data: { version, by, ...(replacement !== undefined && { replacement }) },
});
const remove = (
  version: string,
  facts: Partial<Extract<LifeCommand, { type: 'DeleteVersion' }>['data']> = {},
) =>
  ({
    type: 'DeleteVersion',
    data: { version, by, force: false, machines: [], descendants: [], builds: [], ...facts },
  }) satisfies LifeCommand;

const decidedOn = (command: LifeCommand, ...events: LifeEvent[]) => decideLife(command, after(...events));
const eventsOf = (command: LifeCommand, ...events: LifeEvent[]): readonly LifeEvent[] => {
  const decision = decidedOn(command, ...events);
  if (!decision.ok) throw new Error(`refused: ${JSON.stringify(decision.rejection)}`);
  return decision.events;
};
const codeOf = (command: LifeCommand, ...events: LifeEvent[]): string | undefined => {
  const decision = decidedOn(command, ...events);
  return decision.ok ? undefined : decision.rejection.code;
};

describe('a channel', () => {
  it('begins with the first version that is promoted to it', () => {
    expect(eventsOf(promote('1.0.0'))).toStrictEqual([
      { type: 'ChannelMoved', data: { channel: 'stable', version: '1.0.0', how: 'promotion', by } },
    ]);
  });

  it('tells from where it moves', () => {
    expect(eventsOf(promote('1.1.0'), moved('1.0.0'))[0]?.data).toMatchObject({ from: '1.0.0' });
  });

  it('stays without an event where it points already', () => {
    expect(eventsOf(promote('1.0.0'), moved('1.0.0'))).toStrictEqual([]);
    expect(eventsOf(rollBack('1.0.0'), moved('1.0.0'))).toStrictEqual([]);
  });

  it.each([
    ['unknown', 'VERSION_UNKNOWN', '9.9.9', []],
    ['deprecated', 'VERSION_UNUSABLE', '1.0.0', [deprecated('1.0.0')]],
    ['revoked', 'VERSION_UNUSABLE', '1.0.0', [revoked('1.0.0')]],
    ['deleted', 'VERSION_UNUSABLE', '1.0.0', [deleted('1.0.0')]],
  ])('never moves to a version that is %s', (_, code, ...[version, events]) => {
    expect(codeOf(promote(version), ...events)).toBe(code);
  });

  it('rolls back step by step along the way it came, and not forth again', () => {
    const way = [moved('1.0.0'), moved('1.1.0'), moved('1.2.0')];
    const [first] = eventsOf(rollBack(), ...way);
    expect(first?.data).toMatchObject({ version: '1.1.0', from: '1.2.0', how: 'rollback', reason: 'broken' });
    const [second] = eventsOf(rollBack(), ...way, moved('1.1.0', 'rollback'));
    expect(second?.data).toMatchObject({ version: '1.0.0', from: '1.1.0' });
    expect(codeOf(rollBack(), ...way, moved('1.1.0', 'rollback'), moved('1.0.0', 'rollback'))).toBe(
      'NOTHING_BEFORE',
    );
  });

  it('rolls back over versions that were revoked or deleted, to a deprecated one if need be', () => {
    const way = [moved('1.0.0'), moved('1.1.0'), moved('1.2.0'), deprecated('1.0.0'), revoked('1.1.0')];
    expect(eventsOf(rollBack(), ...way)[0]?.data).toMatchObject({ version: '1.0.0', from: '1.2.0' });
  });

  it('rolls back to a named version that it never pointed to', () => {
    expect(eventsOf(rollBack('1.0.0'), moved('1.2.0'))[0]?.data).toMatchObject({ version: '1.0.0' });
  });

  it('has nothing to roll back to when it is new, and is unknown when it never was', () => {
    expect(codeOf(rollBack(), moved('1.0.0'))).toBe('NOTHING_BEFORE');
    expect(codeOf(rollBack())).toBe('CHANNEL_UNKNOWN');
  });

  it('that was removed begins anew', () => {
    const gone: LifeEvent = { type: 'ChannelRemoved', data: { channel: 'stable', from: '1.1.0', by } };
    const life = after(moved('1.0.0'), moved('1.1.0'), gone);
    expect(life.channels.size).toBe(0);
    expect(codeOf(rollBack(), moved('1.0.0'), moved('1.1.0'), gone, moved('1.2.0'))).toBe('NOTHING_BEFORE');
  });
});

describe('a version', () => {
  it('is deprecated once, and again when its replacement changes', () => {
    expect(eventsOf(deprecate('1.0.0', '1.1.0'))).toHaveLength(1);
    expect(eventsOf(deprecate('1.0.0'), deprecated('1.0.0'))).toStrictEqual([]);
    expect(eventsOf(deprecate('1.0.0', '1.1.0'), deprecated('1.0.0'))).toHaveLength(1);
  });

  it.each([
    ['itself', 'REPLACED_BY_ITSELF', '1.0.0', []],
    ['no version', 'VERSION_UNKNOWN', '9.9.9', []],
    ['a deprecated one', 'VERSION_UNUSABLE', '1.1.0', [deprecated('1.1.0')]],
    ['a revoked one', 'VERSION_UNUSABLE', '1.1.0', [revoked('1.1.0')]],
  ])('is not replaced by %s', (_, code, ...[replacement, events]) => {
    expect(codeOf(deprecate('1.0.0', replacement), ...events)).toBe(code);
  });

  it('is as it was when its deprecation is withdrawn', () => {
    const withdrawn: LifeEvent = { type: 'DeprecationWithdrawn', data: { version: '1.0.0', by } };
    expect(eventsOf(promote('1.0.0'), deprecated('1.0.0'), withdrawn)).toHaveLength(1);
  });

  it('is revoked for good, and deprecated no more', () => {
    expect(eventsOf(revoke('1.0.0'), revoked('1.0.0'))).toStrictEqual([]);
    expect(codeOf(deprecate('1.0.0'), revoked('1.0.0'))).toBe('VERSION_UNUSABLE');
  });

  it('is revoked again when now its descendants are to be revoked too', () => {
    expect(eventsOf(revoke('1.0.0'), revoked('1.0.0', false))).toHaveLength(1);
    expect(eventsOf(revoke('1.0.0', { descendants: false }), revoked('1.0.0'))).toStrictEqual([]);
  });

  it('takes its channels back with it when asked to, where there is a version before', () => {
    const way = [moved('1.0.0'), moved('1.1.0'), moved('1.1.0', 'promotion', 'candidate')];
    const events = eventsOf(revoke('1.1.0', { rollBack: true }), ...way);
    expect(events.map(({ type }) => type)).toStrictEqual(['VersionRevoked', 'ChannelMoved']);
    expect(events[1]?.data).toMatchObject({ channel: 'stable', version: '1.0.0', how: 'withdrawal' });
    expect(currentOf(after(...way, ...events).channels.get('candidate') ?? { trail: [] })).toBe('1.1.0');
  });

  it.each<[string, { facts?: object; events?: LifeEvent[]; evenForced: boolean }]>([
    ['a channel points to it', { events: [moved('1.0.0')], evenForced: true }],
    ['a build starts from it', { facts: { builds: ['j'] }, evenForced: true }],
    ['a machine runs it', { facts: { machines: ['vm-1'] }, evenForced: false }],
    ['a version is built on it', { facts: { descendants: ['web@1.0.0'] }, evenForced: false }],
  ])('is not deleted while %s', (_, { facts = {}, events = [], evenForced }) => {
    expect(codeOf(remove('1.0.0', facts), ...events)).toBe('VERSION_IN_USE');
    expect(codeOf(remove('1.0.0', { ...facts, force: true }), ...events)).toBe(
      evenForced ? 'VERSION_IN_USE' : undefined,
    );
  });

  it('that was deleted by force says so, and is deleted once', () => {
    const facts = { machines: ['vm-1'], force: true };
    expect(eventsOf(remove('1.0.0', facts))[0]?.data).toMatchObject({ forced: true });
    expect(eventsOf(remove('1.0.0', { force: true }))[0]?.data).toMatchObject({ forced: false });
    expect(eventsOf(remove('1.0.0'), deleted('1.0.0'))).toStrictEqual([]);
  });
});

describe('whatever is decided in whatever order', () => {
  const version = fc.constantFrom(...VERSIONS, '9.9.9');
  const channel = fc.constantFrom(...CHANNELS);
  const anyCommand: fc.Arbitrary<LifeCommand> = fc.oneof(
    fc.tuple(version, channel).map(([v, c]) => promote(v, c)),
    fc.option(version, { nil: undefined }).map((to) => rollBack(to)),
    channel.map((name): LifeCommand => ({ type: 'RemoveChannel', data: { channel: name, by } })),
    fc.tuple(version, fc.option(version, { nil: undefined })).map(([v, r]) => deprecate(v, r)),
    version.map((v): LifeCommand => ({ type: 'WithdrawDeprecation', data: { version: v, by } })),
    fc.tuple(version, fc.boolean()).map(([v, back]) => revoke(v, { rollBack: back })),
    version.map((v) => remove(v)),
  );
  const play = (
    commands: readonly LifeCommand[],
    check: (life: LifeState, event: LifeEvent) => void,
  ): LifeState =>
    commands.reduce<LifeState>((state, command) => {
      const decision = decideLife(command, { ...state, isFinished });
      if (!decision.ok) return state;
      return decision.events.reduce((life, event) => {
        const next = evolveLife(life, event);
        check(next, event);
        return next;
      }, state);
    }, NO_LIFE);

  it('no channel ever moves to a version that may not be used, or to one that never was', () =>
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60 }), (commands) => {
        play(commands, (life, event) => {
          if (event.type === 'ChannelMoved')
            expect([isUsable(event.data.version, life), isFinished(event.data.version)]).toStrictEqual([
              true,
              true,
            ]);
        });
      }),
    ));

  it('no deleted version is one a channel points to', () =>
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60 }), (commands) => {
        const life = play(commands, () => undefined);
        for (const [name, fate] of life.fates)
          if (fate.deleted !== undefined) expect(channelsAt(name, life)).toStrictEqual([]);
      }),
    ));

  it('a command that was accepted records nothing when it is repeated at once, but for a rollback', () =>
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), anyCommand, (commands, last) => {
        fc.pre(last.type !== 'RollBackChannel' || last.data.to !== undefined);
        const life = { ...play([...commands, last], () => undefined), isFinished };
        const before = { ...play(commands, () => undefined), isFinished };
        fc.pre(decideLife(last, before).ok);
        expect(decideLife(last, life)).toStrictEqual({ ok: true, events: [] });
      }),
    ));
});

it('an image answers an equal build with a published version only', () => {
  const digest = 'a'.repeat(64);
  const reservation = {
    ...{ jobId: 'first', arch: 'x86_64', definition: { base_os: 'debian', os_version: '12' } },
    ...{ definitionDigest: digest, inputDigest: digest, taskservs: [], bootTest: true },
  };
  const ask: ImageCommand = {
    type: 'ReserveVersion',
    data: {
      ...reservation,
      ...({
        jobId: 'second',
        imageName: 'web',
        naming: 'semantic',
        reuse: true,
        autoCreate: true,
        now: '',
      } as const),
    },
  };
  const { definition, definitionDigest } = reservation;
  const published: ImageEvent[] = [
    { type: 'ImageDefined', data: { imageName: 'web', definition, definitionDigest } },
    { type: 'VersionReserved', data: { ...reservation, version: '1.0.0', buildNumber: 1 } },
    { type: 'VersionConfirmed', data: { version: '1.0.0', jobId: 'first', attempt: 1, checksum: digest } },
  ];
  const given = scenario(image);
  expect(given(...published).when(ask)).toStrictEqual({ ok: true, events: [] });
  for (const event of [deprecated('1.0.0'), revoked('1.0.0'), deleted('1.0.0')]) {
    const decision = given(...published, event).when(ask);
    expect(
      decision.ok && decision.events.map(({ data }) => ('version' in data ? data.version : '')),
    ).toContain('1.0.1');
  }
  expect(fold(image, published).status).toBe('known');
});
