import { subjects, type SyncRequest } from '@gild/contracts';
import { syncOf } from './sync-of.js';

const request: SyncRequest = {
  agent: {
    ...{ agentId: 'oak', sessionId: 's', arch: 'x86_64', slots: 1, host: 'h', release: '1' },
    freeDiskPercent: 50,
  },
  ...{ running: [], draining: false, waitMs: 0 },
};

it('takes what an agent says of itself', () => {
  expect(syncOf(subjects.agentSync('oak'), request)).toStrictEqual(request);
});

it('refuses what an agent says in the name of another', () => {
  expect(() => syncOf(subjects.agentSync('elm'), request)).toThrow(
    expect.objectContaining({
      code: 'INVALID_REQUEST',
      message: 'agent elm speaks for oak: each speaks for itself',
    }),
  );
});

it('row 34: refuses an agent of another protocol before it reads what it would misread', () => {
  const later = { protocol: 99, agent: { name: 'oak', release: '9.0.0' } };
  expect(() => syncOf(subjects.agentSync('oak'), later)).toThrow(
    expect.objectContaining({
      code: 'AGENT_INCOMPATIBLE',
      message: expect.stringContaining('agent oak (release 9.0.0) speaks protocol 99, this farm takes 1'),
    }),
  );
});

it('row 34: reads what a newer agent says beside what is known here', () => {
  const newer = { ...request, agent: { ...request.agent, weight: 7 }, mood: 'good' };
  expect(syncOf(subjects.agentSync('oak'), newer)).toStrictEqual(request);
});
