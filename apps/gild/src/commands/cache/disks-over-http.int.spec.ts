import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { urlEndpoint } from '../../client/endpoint.js';
import { httpClient } from '../../client/http-client.js';
import { disksOverHttp } from './disks-over-http.js';

const DIGEST = 'a'.repeat(64);
const KEY = `images/${DIGEST}.qcow2`;

let server: Server;
beforeAll(async () => {
  // It begins to send a range, and then says nothing more.
  server = createServer((_, response) => {
    response.writeHead(206, { 'gild-sha256': DIGEST, 'content-length': '8' });
    response.write('a');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('waits no longer for a server that fell silent once it is interrupted', async () => {
  const interrupt = new AbortController();
  const { port } = server.address() as AddressInfo;
  const client = httpClient(urlEndpoint(`http://127.0.0.1:${port}`, undefined), 'ada');
  const source = disksOverHttp(
    client,
    async () => [{ imageName: 'web', version: '1.0.0', arch: 'x86_64' }],
    interrupt.signal,
  );
  const read = async () => {
    for await (const piece of source.readRange(KEY, 0, 8)) {
      expect(piece).toHaveLength(1);
      interrupt.abort();
    }
  };
  await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
});
