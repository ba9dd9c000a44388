import { describeWithNats, NatsServer } from '@gild/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { natsOptions, servicePeer } from './nats-connection.js';
import { NatsStrategy } from './nats-strategy.js';

type Said = { id?: string; replies: (string | undefined)[]; lastReply: string };

describeWithNats()('a service over NATS', () => {
  let server: NatsServer;
  let strategy: NatsStrategy;
  let client: NatsConnection;
  const [worked, answered]: [string[], string[]] = [[], []];

  beforeAll(async () => {
    server = await NatsServer.started();
    strategy = new NatsStrategy(natsOptions(servicePeer({ servers: server.url }, 'answers')));
    const work = (data: string) => Promise.resolve(worked.push(data));
    for (const pattern of ['gild.agent.*.sync', 'gild.agent.oak.plan', 'gild.cmd.test.do'])
      strategy.addHandler(pattern, work);
    await new Promise<unknown>((resolve) => void strategy.listen(resolve));
    await strategy.unwrap<NatsConnection>().flush();
    client = await connect({ servers: server.url });
    client.subscribe('>', {
      callback: (_, { subject, data }) => {
        if (!asked.has(subject)) answered.push(subject);
        if (data.length > 0 && subject.endsWith('.last')) last.resolve(undefined);
      },
    });
  });
  afterAll(async () => {
    await client.close();
    await strategy.close();
    await server.remove();
  });

  const asked = new Set<string>();
  let last = Promise.withResolvers<undefined>();
  /** Says the same with each reply subject, then once more in a way that is answered, which ends it. */
  const said = async (subject: string, { id, replies, lastReply }: Said) => {
    asked.add(subject);
    last = Promise.withResolvers();
    worked.length = answered.length = 0;
    const say = (data: string, itsId: string | undefined, reply = '') =>
      client.publish(subject, JSON.stringify({ data, id: itsId }), reply === '' ? {} : { reply });
    for (const reply of replies) say(`to ${reply}`, id, reply);
    say('last', 'last', lastReply);
    await last.promise;
  };

  it('works on nothing an agent asks that would be answered elsewhere than to that agent', async () => {
    const elsewhere = ['gild.evt.scheduler.echo', 'gild.cmd.registry.prepare-build', 'gild.agent.oak.plan'];
    const others = ['_INBOX_elm.x', '_INBOX.oak.x', '_INBOX_oak', '_INBOX_oaks.x', 'gild.agent.oak.answer.x'];
    await said('gild.agent.oak.sync', {
      id: 'id',
      replies: [...elsewhere, ...others, undefined],
      lastReply: '_INBOX_oak.last',
    });
    expect(worked).toStrictEqual(['last']);
    expect(answered).toStrictEqual(['_INBOX_oak.last']);
  });

  it('answers as an agent where that agent answers, and nowhere else', async () => {
    await said('gild.agent.oak.plan', {
      id: 'id',
      replies: ['_INBOX_oak.x', 'gild.evt.x'],
      lastReply: 'gild.agent.oak.answer.last',
    });
    expect(worked).toStrictEqual(['last']);
    expect(answered).toStrictEqual(['gild.agent.oak.answer.last']);
  });

  it.each([
    ['gild.agent.oak.sync', '_INBOX_oak'],
    ['gild.cmd.test.do', '_INBOX.gateway'],
  ])('works on nothing on %s that has no id to answer to', async (subject, inbox) => {
    await said(subject, { replies: [`${inbox}.x`, undefined], lastReply: `${inbox}.last` });
    expect(worked).toStrictEqual(['last']);
    expect(answered).toStrictEqual([`${inbox}.last`]);
  });
});
