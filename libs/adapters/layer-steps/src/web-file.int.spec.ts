import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { webFile } from './web-file.js';

const before = { ...process.env };
let proxy: Server;
/** What the proxy answers to a CONNECT; it says nothing more. Empty: it answers nothing. */
let answer = '';

beforeEach(async () => {
  proxy = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.once('data', (request) => {
      const asked = () => proxy.emit('waits', connection, String(request));
      if (answer === '') asked();
      // The first of the handshake with the server behind the tunnel.
      else connection.once('data', asked).write(answer);
    });
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  process.env['https_proxy'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  delete process.env['no_proxy'];
  delete process.env['NO_PROXY'];
});
afterEach(() => {
  process.env = { ...before };
  proxy.close();
});

const closing = (connection: Socket) => new Promise((resolve) => connection.resume().once('close', resolve));

const SILENCES = [
  ['makes no tunnel', ''],
  ['makes a tunnel to a silent server', 'HTTP/1.1 200 OK\r\n\r\n'],
];

it.each(SILENCES)('leaves a proxy that %s as soon as it is told to', async (_, answered) => {
  answer = answered;
  const cancel = new AbortController();
  const file = webFile('https://only-by-proxy.invalid/', { signal: cancel.signal, idleLimitMs: 300_000 });
  const [connection, request] = (await once(proxy, 'waits')) as [Socket, string];
  expect(request).toContain('CONNECT only-by-proxy.invalid:443');
  const left = closing(connection);
  cancel.abort();
  await expect(file).rejects.toMatchObject({ name: 'AbortError' });
  await left;
});

it.each(SILENCES)('leaves a proxy that %s for too long', async (_, answered) => {
  answer = answered;
  const waits = once(proxy, 'waits') as Promise<[Socket]>;
  const file = webFile('https://only-by-proxy.invalid/', {
    signal: new AbortController().signal,
    idleLimitMs: 200,
  });
  const left = waits.then(([connection]) => closing(connection));
  await expect(file).rejects.toThrow('it sent nothing for 0.2 s');
  await left;
});

it('asks nobody when it is too late already', async () => {
  let asked = false;
  proxy.once('connection', () => (asked = true));
  const reach = { signal: AbortSignal.abort(), idleLimitMs: 300_000 };
  await expect(webFile('https://only-by-proxy.invalid/', reach)).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(asked).toBe(false);
});
