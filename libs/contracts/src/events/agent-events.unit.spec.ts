import { AgentAnnounced, LONGEST_REASON, NotBuilt, UnusableArch, recordedReason } from './agent-events.js';

const taken = (reason: string) => UnusableArch.parse({ arch: 'aarch64', reason }).reason;

it('a reason that fits is taken as it is', () => {
  for (const reason of ['its emulator is broken.', 'x'.repeat(LONGEST_REASON)])
    expect([taken(reason), recordedReason(reason)]).toStrictEqual([reason, reason]);
});

it.each([
  ['is its first line', 'cannot mount it:\nline 2\nline 3', 'cannot mount it:'],
  ['has an end', 'x'.repeat(LONGEST_REASON + 1), `${'x'.repeat(LONGEST_REASON - 1)}…`],
  ['breaks no character', '😀'.repeat(LONGEST_REASON), `${'😀'.repeat(LONGEST_REASON / 2 - 1)}…`],
])('a reason that an agent gives at length %s', (_, reason, short) => {
  expect([taken(reason), recordedReason(reason)]).toStrictEqual([short, short]);
});

describe('what an agent says it cannot build', () => {
  const announced = (rest: object) =>
    AgentAnnounced.safeParse({
      type: 'AgentAnnounced',
      data: { agentId: 'oak', sessionId: 's', arch: 'x86_64', slots: 1, host: 'h', release: '1', ...rest },
    }).data?.data;
  const not = (distribution: string, reason = 'no dnf') => ({ distribution, reason });

  it('is absent where a release before wrote the event, and read where it is there', () => {
    expect(announced({})).not.toHaveProperty('cannotBuild');
    const cannotBuild = [not('fedora'), { ...not('rhel'), release: '9' }];
    expect(announced({ cannotBuild })).toMatchObject({ cannotBuild });
    const cannotBoot = [{ arch: 'aarch64', reason: 'no machine' }];
    expect(announced({ cannotBoot })).toMatchObject({ cannotBoot });
  });
  it('is no longer than somebody needs to know', () => {
    expect(NotBuilt.parse(not('fedora', `no dnf\n${'x'.repeat(1000)}`)).reason).toBe('no dnf');
    expect(NotBuilt.parse(not('fedora', 'x'.repeat(1000))).reason).toHaveLength(LONGEST_REASON);
    expect(announced({ cannotBuild: [not('x'.repeat(65))] })).toBeUndefined();
    expect(announced({ cannotBuild: [{ ...not('fedora'), release: 'x'.repeat(65) }] })).toBeUndefined();
    expect(announced({ cannotBuild: Array.from({ length: 64 }, () => not('fedora')) })).toBeDefined();
    expect(announced({ cannotBuild: Array.from({ length: 65 }, () => not('fedora')) })).toBeUndefined();
  });
});
