import type { MembershipEvent } from '@gild/contracts';
import { accept, reject, scenario } from '@gild/kernel';
import { membership } from './membership.js';

const given = scenario(membership);
const oak = { agentId: 'oak', publicKey: 'UOAK', tokenId: 't', release: '0.1.0', labels: [] };
const joined = (publicKey = 'UOAK', tokenId = 't'): MembershipEvent => ({
  type: 'AgentJoined',
  data: { ...oak, publicKey, tokenId },
});
const removed: MembershipEvent = { type: 'AgentRemoved', data: { agentId: 'oak', by: 'ada' } };
const admit = (publicKey = 'UOAK', tokenId = 't') =>
  ({ type: 'AdmitAgent', data: { ...oak, publicKey, tokenId } }) as const;
const remove = { type: 'RemoveAgent', data: { agentId: 'oak', by: 'ada' } } as const;

it('admits an agent once, and none with another key beside it', () => {
  expect(given().when(admit())).toStrictEqual(accept(joined()));
  expect(given(joined()).when(admit())).toStrictEqual(accept());
  expect(given(joined()).when(admit('UELM'))).toStrictEqual(reject({ code: 'AGENT_ID_TAKEN' }));
});

it('removes an agent once, and gives its name to whoever has another token', () => {
  expect(given(joined()).when(remove)).toStrictEqual(accept(removed));
  expect(given(joined(), removed).when(remove)).toStrictEqual(accept());
  expect(given(joined(), removed).when(admit())).toStrictEqual(reject({ code: 'JOIN_TOKEN_USED' }));
  expect(given(joined(), removed).when(admit('UELM', 't2'))).toStrictEqual(accept(joined('UELM', 't2')));
});

it('removes no agent that never joined', () => {
  expect(given().when(remove)).toStrictEqual(reject({ code: 'AGENT_NOT_FOUND' }));
});
