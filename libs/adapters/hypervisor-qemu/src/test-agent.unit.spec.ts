import { duplexPair, type Duplex } from 'node:stream';
import { fakeClock, type FakeClock } from '@gild/testing';
import { testAgent } from './test-agent.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

const connected = (clock: FakeClock = fakeClock()) => {
  const [host, guest] = duplexPair();
  const nonsense: string[] = [];
  const requests: string[] = [];
  guest.setEncoding('utf8').on('data', (text: string) => requests.push(text));
  guest.on('error', () => undefined);
  const signal = new AbortController().signal;
  const agent = testAgent(host, { clock, signal, onNonsense: (sentence) => nonsense.push(sentence) });
  return { agent, guest, host, nonsense, requests, clock };
};

const say = async (guest: Duplex, text: string) => {
  guest.write(text);
  await settle();
  await settle();
};

it('waits for the first words, however they are cut', async () => {
  const { agent, guest } = connected();
  await say(guest, '{"hello":1,"upt');
  await say(guest, 'ime":27.32,"userspaceUs":13399378}\n');
  await expect(agent.hello).resolves.toStrictEqual({ hello: 1, uptime: 27.32, userspaceUs: 13_399_378 });
});

it('asks with every argument as one word, and takes the answer of that number', async () => {
  const { agent, guest, requests } = connected();
  const answer = agent.run(['echo', '', 'two words\n'], 4_200);
  await settle();
  expect(requests).toStrictEqual(['run 1 5 =ZWNobw== = =dHdvIHdvcmRzCg==\n']);
  await say(guest, '{"id":7,"exit":1,"out":"","err":""}\n{"id":1,"exit":0,"out":"IAo=","err":""}\n');
  await expect(answer).resolves.toStrictEqual({ id: 1, exit: 0, out: 'IAo=', err: '' });
});

it('stops waiting for an answer a while after the program should have ended', async () => {
  const { agent, clock } = connected();
  const answer = agent.run(['sleep', '60'], 10_000);
  await clock.advance(24_999);
  await expect(Promise.race([answer, settle().then(() => 'waiting')])).resolves.toBe('waiting');
  await clock.advance(1);
  await expect(answer).resolves.toBeUndefined();
});

it.each([
  ['no JSON', 'root@image:~# \n'],
  ['another document', '{"hello":2}\n'],
  ['output that is not base64', '{"id":1,"exit":0,"out":"<>","err":""}\n'],
  ['an exit code that is no number', '{"id":1,"exit":"0","out":"","err":""}\n'],
  ['an empty line', '\n'],
])('ends the conversation at %s', async (_, text) => {
  const { guest, host, nonsense } = connected();
  await say(guest, `${text}{"hello":1,"uptime":1,"userspaceUs":1}\n`);
  expect(nonsense).toHaveLength(1);
  expect(nonsense[0]).toContain('The image wrote something else than test results to io.gild.test: ');
  expect(host.destroyed).toBe(true);
});

it('ends the conversation at a line without end, and has kept little of it', async () => {
  const { guest, host, nonsense } = connected();
  for (let part = 0; part < 200 && !host.destroyed; part += 1) await say(guest, 'x'.repeat(1000));
  expect(nonsense).toHaveLength(1);
  expect(nonsense[0]?.length).toBeLessThan(200);
});
