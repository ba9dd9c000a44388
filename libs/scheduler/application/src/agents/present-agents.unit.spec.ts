import type { AgentDescription } from '@gild/contracts';
import { fakeClock } from '@gild/testing';
import { PresentAgents } from './present-agents.js';

const oak: AgentDescription = {
  ...{ agentId: 'oak', sessionId: 'first', arch: 'x86_64', slots: 1, freeDiskPercent: 50 },
  ...{ host: 'h', release: '0.1.0' },
};
const said = { agent: oak, draining: false };

/** Whether this changes what the agent can take, after it said that it takes builds and has half of its disk. */
const changes = (changed: { agent?: Partial<AgentDescription>; draining?: boolean }): boolean => {
  const present = new PresentAgents(fakeClock());
  present.saw(said);
  return present.saw({ ...said, ...changed, agent: { ...oak, ...changed.agent } });
};

it('takes note of an agent it never heard of', () =>
  expect(new PresentAgents(fakeClock()).saw(said)).toBe(true));

it.each([
  ['that it drains', { draining: true }],
  ['another session', { agent: { sessionId: 'second' } }],
  ['more of its disk, by a percent', { agent: { freeDiskPercent: 51 } }],
])('takes note of an agent that says %s', (_, changed) => expect(changes(changed)).toBe(true));

it.each([
  ['what it said before', {}],
  ['more of its disk, by less than half a percent', { agent: { freeDiskPercent: 50.4 } }],
])('has nothing new of an agent that says %s', (_, changed) => expect(changes(changed)).toBe(false));

it('takes note of an agent that drains no more', () => {
  const present = new PresentAgents(fakeClock());
  present.saw({ ...said, draining: true });
  expect(present.saw(said)).toBe(true);
});
