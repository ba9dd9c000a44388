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
const readmission = { agentId: 'oak', by: 'bob' };
const readmitted: MembershipEvent = { type: 'AgentReadmitted', data: readmission };
const readmit = { type: 'ReadmitAgent', data: readmission } as const;
const remove = { type: 'RemoveAgent', data: leaving } as const;

it('admits an agent once, and none with another key beside it', () => {
  expect(given().when(admit())).toStrictEqual(accept(joined()));
  expect(given(joined()).when(admit())).toStrictEqual(accept());
  expect(given(joined()).when(admit('UELM'))).toStrictEqual(reject({ code: 'AGENT_ID_TAKEN' }));
});

it('removes an agent once, and lets nobody in under its name whatever token it shows', () => {
  expect(given(joined()).when(remove)).toStrictEqual(accept(removed));
  expect(given(joined(), removed).when(remove)).toStrictEqual(accept());
  for (const asking of [admit(), admit('UOAK', 't2'), admit('UELM', 't2', LATER)])
    expect(given(joined(), removed).when(asking)).toStrictEqual(reject({ code: 'AGENT_REMOVED' }));
});

it('gives a name that is readmitted to whoever has another token', () => {
  expect(given(joined(), removed).when(readmit)).toStrictEqual(accept(readmitted));
  const free = given(joined(), removed, readmitted);
  expect(free.when(admit())).toStrictEqual(reject({ code: 'JOIN_TOKEN_USED' }));
  expect(free.when(admit('UELM', 't2', LATER))).toStrictEqual(accept(joined('UELM', 't2')));
});

it('readmits a name once, until it is removed again', () => {
  expect(given(joined()).when(readmit)).toStrictEqual(accept());
  expect(given(joined(), removed, readmitted).when(readmit)).toStrictEqual(accept());
  expect(given(joined(), removed, readmitted).when(remove)).toStrictEqual(accept(removed));
  const again = given(joined(), removed, readmitted, joined('UOAK', 't2'), removed);
  expect(again.when(admit('UOAK', 't3'))).toStrictEqual(reject({ code: 'AGENT_REMOVED' }));
});

it('gives the name of a removed agent to no other key while that agent may still speak', () => {
  const other = given(joined(), removed, readmitted).when(admit('UELM', 't2'));
  expect(other).toStrictEqual(reject({ code: 'AGENT_ID_HELD' }));
  const same = given(joined(), removed, readmitted).when(admit('UOAK', 't2'));
  expect(same).toStrictEqual(accept(joined('UOAK', 't2')));
});

it('lets nobody in again with any token that was shown under the name before', () => {
  expect(given(joined()).when(admit('UOAK', 't2'))).toStrictEqual(accept(joined('UOAK', 't2')));
  const twice = given(joined(), joined('UOAK', 't2'), removed, readmitted);
  const back = given(joined(), removed, readmitted, joined('UOAK', 't2'), removed, readmitted);
  for (const one of [twice, back])
    for (const token of ['t', 't2'])
      expect(one.when(admit('UOAK', token))).toStrictEqual(reject({ code: 'JOIN_TOKEN_USED' }));
});

it('removes and readmits no agent that never joined', () => {
  for (const command of [remove, readmit])
    expect(given().when(command)).toStrictEqual(reject({ code: 'AGENT_NOT_FOUND' }));
});
