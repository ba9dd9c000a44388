import { plaintextProblem, wantsTls } from './nats-url.js';

it.each([
  'nats://127.0.0.1:4222',
  '127.0.0.1',
  'localhost:4222',
  'nats://[::1]:4222',
  'nats://user@127.9.9.9:1,nats://localhost',
])('reaches %s without encryption, since nobody is on the way', (servers) => {
  expect(plaintextProblem(servers, false)).toBeUndefined();
});

it.each([
  ['nats://nats.example:4222', 'nats.example'],
  ['10.0.0.1', '10.0.0.1'],
  ['nats://127.0.0.1@evil.example:4222', 'evil.example'],
  ['nats://127.0.0.1.evil.example', '127.0.0.1.evil.example'],
  ['nats://localhost,nats://[fd00::1]:4222', '[fd00::1]'],
])('does not reach %s without encryption, and names %s', (servers, host) => {
  expect(plaintextProblem(servers, false)).toContain(`GILD_NATS_URL: ${host} would be reached`);
});

it('reaches any over TLS', () => {
  expect(plaintextProblem('tls://nats.example', false)).toBeUndefined();
  expect(plaintextProblem('nats://nats.example', true)).toBeUndefined();
  expect(wantsTls('nats://a,tls://b')).toBe(true);
  expect(wantsTls('nats://a')).toBe(false);
});
