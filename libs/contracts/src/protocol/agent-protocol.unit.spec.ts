import { AGENT_PROTOCOL, FIRST_PROTOCOL, protocolProblem } from './agent-protocol.js';

const oak = { agentId: 'oak', release: '9.1.0' };

it('finds nothing wrong with an agent of this release, nor with one of the first', () => {
  expect(protocolProblem(AGENT_PROTOCOL, oak)).toBeUndefined();
  expect(protocolProblem(FIRST_PROTOCOL, oak)).toBeUndefined();
});

it('names what was expected, what was found and what to do', () => {
  expect(protocolProblem(2, oak)).toBe(
    "agent oak (release 9.1.0) speaks protocol 2, this farm takes 1, of releases from 0.1.0: upgrade the services of the farm first, or install their release on the agent's host",
  );
  expect(protocolProblem(0, oak)).toMatch(/install the release of the farm on the agent's host$/);
});
