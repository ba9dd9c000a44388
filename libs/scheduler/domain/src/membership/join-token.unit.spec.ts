import type { JoinTokenEvent } from '@gild/contracts';
import { accept, reject, scenario } from '@gild/kernel';
import { joinToken } from './join-token.js';

const given = scenario(joinToken);
const facts = {
  tokenId: 't',
  secretSha256: 'digest',
  expiresAt: '2026-11-23T10:00:00.000Z',
  labels: ['rack=3'],
  by: 'ada',
};
const issued: JoinTokenEvent = { type: 'JoinTokenIssued', data: facts };
const oak = { tokenId: 't', agentId: 'oak', publicKey: 'UOAK' };
const used: JoinTokenEvent = { type: 'JoinTokenUsed', data: oak };
const use = (rest: object = {}) =>
  ({
    type: 'UseJoinToken',
    data: { ...oak, secretSha256: 'digest', now: '2026-11-23T09:00:00.000Z', ...rest },
  }) as const;

it('lets one agent join', () => {
  expect(given().when({ type: 'IssueJoinToken', data: facts })).toStrictEqual(accept(issued));
  expect(given(issued).when(use())).toStrictEqual(accept(used));
});

it('answers the agent that used it once more, whose first answer may be lost', () => {
  expect(given(issued, used).when(use())).toStrictEqual(accept());
});

it('lets no second agent join, nor another key of the first', () => {
  const refused = reject({ code: 'JOIN_TOKEN_USED' });
  expect(given(issued, used).when(use({ agentId: 'elm' }))).toStrictEqual(refused);
  expect(given(issued, used).when(use({ publicKey: 'UELM' }))).toStrictEqual(refused);
});

it('lets no other agent join than the one it was made for', () => {
  const forOak = { type: 'IssueJoinToken', data: { ...facts, agentId: 'oak' } } as const;
  const bound: JoinTokenEvent = { type: 'JoinTokenIssued', data: forOak.data };
  expect(given().when(forOak)).toStrictEqual(accept(bound));
  expect(given(bound).when(use({ agentId: 'elm' }))).toStrictEqual(
    reject({ code: 'JOIN_TOKEN_BOUND', boundTo: 'oak' }),
  );
  expect(given(bound).when(use())).toStrictEqual(accept(used));
  expect(given(bound, used).when(use({ agentId: 'elm' }))).toStrictEqual(reject({ code: 'JOIN_TOKEN_USED' }));
});

it('ends by time, also for the agent that used it', () => {
  const late = use({ now: '2026-11-23T10:00:00.000Z' });
  expect(given(issued).when(late)).toStrictEqual(reject({ code: 'JOIN_TOKEN_EXPIRED' }));
  expect(given(issued, used).when(late)).toStrictEqual(reject({ code: 'JOIN_TOKEN_EXPIRED' }));
});

it('tells a wrong secret and a token that is none apart for nobody, however late', () => {
  const unknown = reject({ code: 'JOIN_TOKEN_UNKNOWN' });
  expect(given().when(use())).toStrictEqual(unknown);
  expect(given(issued).when(use({ secretSha256: 'another' }))).toStrictEqual(unknown);
  expect(given(issued).when(use({ secretSha256: 'another', now: '2027-01-01T00:00:00.000Z' }))).toStrictEqual(
    unknown,
  );
});
