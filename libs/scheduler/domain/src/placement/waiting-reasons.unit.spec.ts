import { ableTo, waitingReasons } from './waiting-reasons.js';

const boot = { agentId: 'oak', reason: 'no machine.', does: 'boot' } as const;

it('names what no agent can build, and what to call it where that is not known', () => {
  const known = { arch: 'x86_64', distribution: 'debian', release: '12' };
  expect(waitingReasons.noTools(known, boot).message).toBe(
    'no agent of x86_64 can build debian 12 and boot it; oak says: no machine',
  );
  expect(waitingReasons.noTools({ arch: 'x86_64' }, boot).message).toBe(
    'no agent of x86_64 can build the image and boot it; oak says: no machine',
  );
  expect(ableTo({ arch: 'x86_64' }, { ...boot, does: 'build' })).toBe(' that can build the image');
});
