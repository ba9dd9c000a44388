import { LONGEST_REASON, NotEmulated, recordedReason } from './agent-events.js';

const taken = (reason: string) => NotEmulated.parse({ arch: 'aarch64', reason }).reason;

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
