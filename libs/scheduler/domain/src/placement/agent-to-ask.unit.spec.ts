import { agentToAsk } from './agent-to-ask.js';
import { agent, NOW } from './placement-under-test.spec.js';

const wanted = { arch: 'x86_64', distribution: 'rhel', release: '9' };
const cannotBuild = [{ distribution: 'rhel', reason: 'No mirror of rhel is told.' }];
const on = (agentId: string) => ({ jobId: `on ${agentId}`, imageName: 'web', agentId });

it('is the idlest agent that builds what is wanted', () => {
  const agents = [agent('ash'), agent('elm', { cannotBuild }), agent('oak')];
  expect(agentToAsk(wanted, { now: NOW, agents, running: [on('ash')] })).toStrictEqual({ agentId: 'oak' });
});

it('may be one that is busy or short of disk, when no other is left', () => {
  const agents = [agent('ash', { freeDiskPercent: 1 })];
  expect(agentToAsk(wanted, { now: NOW, agents, running: [on('ash')] })).toStrictEqual({ agentId: 'ash' });
});

it('is none that leaves, nor one that cannot do it, which the hindrance says', () => {
  const leaving = agent('ash', { draining: true });
  const unable = agent('elm', { cannotBuild });
  expect(agentToAsk(wanted, { now: NOW, agents: [leaving, unable], running: [] })).toMatchObject({
    hindrance: {
      code: 'AGENTS_DRAINING',
      message: 'all agents of x86_64 that can build rhel 9 are draining',
    },
  });
  expect(agentToAsk(wanted, { now: NOW, agents: [unable], running: [] })).toMatchObject({
    hindrance: { code: 'NO_TOOLS', message: expect.stringContaining('elm says: No mirror of rhel is told') },
  });
  expect(agentToAsk(wanted, { now: NOW, agents: [], running: [] })).toMatchObject({
    hindrance: { code: 'NO_AGENT' },
  });
});
