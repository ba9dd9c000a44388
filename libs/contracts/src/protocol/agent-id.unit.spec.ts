import { AgentId, agentIdOfHost } from './agent-id.js';

it.each(['oak', 'Oak-1_a', '0', 'a'.repeat(63)])('takes %s for the name of an agent', (name) => {
  expect(AgentId.parse(name)).toBe(name);
});

it.each(['', '.', 'a.b', '*', '>', 'a>', 'a b', '-a', '_a', 'ä', 'a\n', 'a'.repeat(64)])(
  'takes no %j, which would be more or less than one token of a subject',
  (name) => {
    expect(AgentId.safeParse(name).error?.issues[0]?.message).toContain('letters, digits, _ and -');
  },
);

it.each([
  ['oak', 'oak'],
  ['oak.example.org', 'oak-example-org'],
  ['_oak', 'oak'],
  ['büro 1', 'b-ro-1'],
  ['...', 'agent'],
  ['a'.repeat(80), 'a'.repeat(63)],
])('makes of the host %s the agent %s', (host, agent) => {
  expect(agentIdOfHost(host)).toBe(agent);
  expect(AgentId.parse(agentIdOfHost(host))).toBe(agent);
});
