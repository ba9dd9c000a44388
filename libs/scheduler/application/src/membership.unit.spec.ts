import { streams } from '@gild/contracts';
import { faultCode } from '@gild/ports';
import type { Admission } from './scheduler-deps.js';
import type { SchedulerService } from './scheduler-service.js';
import { AgentDouble, readAll, type World, world } from './scheduler-under-test.spec.js';

const SECRET = 'ab'.repeat(20);
const farm = { natsUrl: 'tls://nats.example:4222', ca: 'PEM' };
const credentialsOf: Admission['credentialsOf'] = async ({ agentId, publicKey }) => ({
  ...{ jwt: `${agentId} has ${publicKey}`, expiresAt: '2026-11-24T09:00:00.000Z' },
});
const admission = { newSecret: () => SECRET, credentialsOf, farm };

let made = 0;
const id = () => String((made += 1)).padStart(12, '0');
const ids = { uuid: () => `00000000-0000-4000-8000-${id()}`, ulid: () => `01KAYQ4C00ABCD${id()}` };
const means = () => ({ admission, ids });

let w: World;
let scheduler: SchedulerService;
beforeEach(() => {
  w = world();
  scheduler = w.scheduler({}, undefined, means());
});

const token = async (ttlSeconds = 3600): Promise<string> =>
  (await scheduler.issueJoinToken({ actor: 'ada', ttlSeconds, labels: ['rack=3'] })).token;
const asking = (shown: string, rest: object = {}) => ({
  ...{ token: shown, agentId: 'oak', publicKey: 'UOAK', release: '0.1.0' },
  ...rest,
});
const sync = () => new AgentDouble('oak', scheduler).sync();

it('lets an agent take part from when it joined until it is removed, by the record alone', async () => {
  expect(await sync().catch(faultCode)).toBe('AGENT_NOT_JOINED');
  const joined = await scheduler.joinAgent(asking(await token()));
  const credentials = { jwt: 'oak has UOAK', expiresAt: '2026-11-24T09:00:00.000Z' };
  expect(joined).toStrictEqual({ agentId: 'oak', farm, credentials });
  expect(await sync()).toMatchObject({ run: [] });
  expect(await scheduler.renewCredentials('oak')).toStrictEqual(credentials);

  await scheduler.removeAgent({ agentId: 'oak', actor: 'ada' });
  expect(await sync().catch(faultCode)).toBe('AGENT_NOT_JOINED');
  expect(await scheduler.renewCredentials('oak').catch(faultCode)).toBe('AGENT_NOT_JOINED');
  const another = w.scheduler({}, undefined, means());
  expect(await another.renewCredentials('oak').catch(faultCode)).toBe('AGENT_NOT_JOINED');
});

it('records who may join, and never the secret', async () => {
  const shown = await token();
  await scheduler.joinAgent(asking(shown));
  const [, tokenId = ''] = /^gildjoin_(.*)\./.exec(shown) ?? [];
  const events = [
    ...(await readAll(w.store, streams.joinToken(tokenId))),
    ...(await readAll(w.store, streams.agent('oak'))),
  ];
  expect(events.map(({ type }) => type)).toStrictEqual(['JoinTokenIssued', 'JoinTokenUsed', 'AgentJoined']);
  expect(events.at(-1)?.data).toMatchObject({ publicKey: 'UOAK', tokenId, labels: ['rack=3'] });
  expect(JSON.stringify(events)).not.toContain(SECRET);
});

it('refuses a token that is over, used by another, or none, and says what to do', async () => {
  const shown = await token(60);
  const refusal = (rest: object) => scheduler.joinAgent(asking(shown, rest)).catch((fault: Error) => fault);
  const wrong = shown.replace(SECRET, 'cd'.repeat(20));
  expect(await refusal({ token: wrong })).toMatchObject({ code: 'JOIN_TOKEN_UNKNOWN' });
  await scheduler.joinAgent(asking(shown));
  expect(await refusal({ agentId: 'elm', publicKey: 'UELM' })).toMatchObject({
    code: 'JOIN_TOKEN_USED',
    message: expect.stringContaining('gild agent token'),
  });
  await w.clock.advance(60_000);
  expect(await refusal({})).toMatchObject({ code: 'JOIN_TOKEN_EXPIRED' });
});

it('answers the same agent twice, and records it once', async () => {
  const shown = await token();
  const first = await scheduler.joinAgent(asking(shown));
  expect(await scheduler.joinAgent(asking(shown))).toStrictEqual(first);
  expect(await readAll(w.store, streams.agent('oak'))).toHaveLength(1);
});

it('gives nobody the name of another agent, and spends no token on asking', async () => {
  await scheduler.joinAgent(asking(await token()));
  const second = await token();
  const taken = scheduler.joinAgent(asking(second, { publicKey: 'UELM' }));
  await expect(taken).rejects.toMatchObject({ code: 'AGENT_ID_TAKEN' });
  expect(await scheduler.joinAgent(asking(second, { agentId: 'elm', publicKey: 'UELM' }))).toMatchObject({
    agentId: 'elm',
  });
});

it('lets no removed agent in again until somebody readmits it, and spends no token on asking', async () => {
  const shown = await token();
  await scheduler.joinAgent(asking(shown));
  await scheduler.removeAgent({ agentId: 'oak', actor: 'ada' });
  const another = await token();
  for (const each of [shown, another])
    await expect(scheduler.joinAgent(asking(each))).rejects.toMatchObject({
      code: 'AGENT_REMOVED',
      message: expect.stringContaining('gild agent readmit oak'),
    });
  expect(await scheduler.readmitAgent({ agentId: 'oak', actor: 'bob' })).toStrictEqual({ agent_id: 'oak' });
  expect(await scheduler.joinAgent(asking(shown)).catch(faultCode)).toBe('JOIN_TOKEN_USED');
  expect(await scheduler.joinAgent(asking(another))).toMatchObject({ agentId: 'oak' });
});

it('tells nobody without a good token which names are taken or were removed', async () => {
  await scheduler.joinAgent(asking(await token()));
  const shown = await token(60);
  const wrong = shown.replace(SECRET, 'cd'.repeat(20));
  const answers = async () => {
    const names = [{}, { publicKey: 'UELM' }, { agentId: 'ash' }];
    return Promise.all(names.map((name) => scheduler.joinAgent(asking(wrong, name)).catch(faultCode)));
  };
  expect(await answers()).toStrictEqual(Array(3).fill('JOIN_TOKEN_UNKNOWN'));
  await scheduler.removeAgent({ agentId: 'oak', actor: 'ada' });
  expect(await answers()).toStrictEqual(Array(3).fill('JOIN_TOKEN_UNKNOWN'));
  await w.clock.advance(60_000);
  expect(await scheduler.joinAgent(asking(shown)).catch(faultCode)).toBe('JOIN_TOKEN_EXPIRED');
});

it('issues no token for a name that was removed until it is readmitted, and records none', async () => {
  await scheduler.joinAgent(asking(await token()));
  await scheduler.removeAgent({ agentId: 'oak', actor: 'ada' });
  const before = await w.store.head();
  const issue = (agentId: string) =>
    scheduler.issueJoinToken({ actor: 'ada', ttlSeconds: 3600, labels: [], agentId });
  await expect(issue('oak')).rejects.toMatchObject({
    code: 'AGENT_REMOVED',
    message: expect.stringContaining('gild agent readmit oak'),
  });
  expect(await w.store.head()).toBe(before);
  const forElm = (await issue('elm')).token;
  await expect(scheduler.joinAgent(asking(forElm, { agentId: 'ash' }))).rejects.toMatchObject({
    code: 'JOIN_TOKEN_BOUND',
    message: expect.stringContaining('is for agent elm, and this is ash: join with --id elm'),
  });
  expect(await scheduler.joinAgent(asking(forElm, { agentId: 'elm' }))).toMatchObject({ agentId: 'elm' });
  await scheduler.readmitAgent({ agentId: 'oak', actor: 'bob' });
  expect(await scheduler.joinAgent(asking((await issue('oak')).token))).toMatchObject({ agentId: 'oak' });
});

it('removes and readmits no agent that never joined', async () => {
  const ash = { agentId: 'ash', actor: 'ada' };
  await expect(scheduler.removeAgent(ash)).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
  await expect(scheduler.readmitAgent(ash)).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' });
});

it('takes any agent where nothing is signed, and lets none join', async () => {
  scheduler = w.scheduler();
  expect(await sync()).toMatchObject({ run: [] });
  expect(await token().catch(faultCode)).toBe('FORBIDDEN_BY_POLICY');
});
