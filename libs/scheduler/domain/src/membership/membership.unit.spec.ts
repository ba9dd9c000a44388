import type { MembershipEvent } from '@gild/contracts';
import { accept, reject, scenario } from '@gild/kernel';
import { membership } from './membership.js';

const given = scenario(membership);
const oak = { agentId: 'oak', publicKey: 'UOAK', tokenId: 't', release: '0.1.0', labels: [] };
const joined = (publicKey = 'UOAK', tokenId = 't'): MembershipEvent => ({
  type: 'AgentJoined',
  data: { ...oak, publicKey, tokenId },
});
const NOON = '2026-11-23T12:00:00.000Z';
const LATER = '2026-11-24T12:00:00.000Z';
const leaving = { agentId: 'oak', by: 'ada', credentialsUntil: LATER };
const removed: MembershipEvent = { type: 'AgentRemoved', data: leaving };
const admit = (publicKey = 'UOAK', tokenId = 't', now = NOON) =>
  ({ type: 'AdmitAgent', data: { ...oak, publicKey, tokenId, now } }) as const;
const remove = { type: 'RemoveAgent', data: leaving } as const;

it('admits an agent once, and none with another key beside it', () => {
  expect(given().when(admit())).toStrictEqual(accept(joined()));
  expect(given(joined()).when(admit())).toStrictEqual(accept());
  expect(given(joined()).when(admit('UELM'))).toStrictEqual(reject({ code: 'AGENT_ID_TAKEN' }));
});

it('removes an agent once, and gives its name to whoever has another token', () => {
  expect(given(joined()).when(remove)).toStrictEqual(accept(removed));
  expect(given(joined(), removed).when(remove)).toStrictEqual(accept());
  expect(given(joined(), removed).when(admit())).toStrictEqual(reject({ code: 'JOIN_TOKEN_USED' }));
  const again = admit('UELM', 't2', LATER);
  expect(given(joined(), removed).when(again)).toStrictEqual(accept(joined('UELM', 't2')));
});

it('gives the name of a removed agent to no other key while that agent may still speak', () => {
  const other = given(joined(), removed).when(admit('UELM', 't2'));
  expect(other).toStrictEqual(reject({ code: 'AGENT_ID_HELD' }));
  const same = given(joined(), removed).when(admit('UOAK', 't2'));
  expect(same).toStrictEqual(accept(joined('UOAK', 't2')));
});

it('lets nobody in again with any token that was shown under the name before', () => {
  expect(given(joined()).when(admit('UOAK', 't2'))).toStrictEqual(accept(joined('UOAK', 't2')));
  const twice = given(joined(), joined('UOAK', 't2'), removed);
  const back = given(joined(), removed, joined('UOAK', 't2'), removed);
  for (const one of [twice, back])
    for (const token of ['t', 't2'])
      expect(one.when(admit('UOAK', token))).toStrictEqual(reject({ code: 'JOIN_TOKEN_USED' }));
});

it('removes no agent that never joined', () => {
  expect(given().when(remove)).toStrictEqual(reject({ code: 'AGENT_NOT_FOUND' }));
});
