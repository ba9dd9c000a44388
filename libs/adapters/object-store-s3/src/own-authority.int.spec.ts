import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { AgentObjects, Messenger } from '@gild/ports';
import { faultOf, ownAuthority } from '@gild/testing';
import { grantedObjects } from './granted-objects.js';
import { s3ObjectStore } from './s3-object-store.js';
import { DEFAULT_PACE } from './s3-server.js';

const BYTES = Buffer.from('of the bucket');
const sha256 = createHash('sha256').update(BYTES).digest('hex');
const object = { key: `layers/${sha256}`, sha256, sizeBytes: BYTES.length };
const pace = { ...DEFAULT_PACE, tries: 1 };

let server: Server;
const { key, cert } = ownAuthority();
const other = ownAuthority();
beforeAll(async () => {
  server = createServer({ key, cert }, ({ url = '', method }, response) => {
    const { pathname, searchParams } = new URL(url, 'https://x');
    const isThere = pathname === `/bucket/${object.key}` || /^\/bucket\/?$/.test(pathname);
    response.writeHead(isThere && !searchParams.has('uploads') ? 200 : 404, {
      ...(pathname.includes('layers') && { 'content-length': BYTES.length }),
    });
    response.end(method === 'GET' ? BYTES : undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const port = () => (server.address() as AddressInfo).port;

/** A service with keys, and an agent without. */
const readers = (ca: string | undefined) => {
  const location = { host: '127.0.0.1', port: port(), tls: true, bucket: 'bucket', prefix: '' };
  const at = { location, region: 'us-east-1', accessKey: 'k', secretKey: 's', ca };
  const messenger: Messenger = {
    request: () =>
      Promise.resolve({
        grant: 'request',
        url: `https://127.0.0.1:${port()}/bucket/${object.key}`,
        headers: {},
      }),
    hint: () => undefined,
    onHint: () => Promise.resolve(() => undefined),
  };
  const sweepFailed = () => undefined; // it lists no uploads
  return [
    s3ObjectStore(at, { pace, sweepFailed }),
    grantedObjects({ messenger, agentId: 'oak', ca, pace })(),
  ];
};
const read = async (store: Pick<AgentObjects, 'read'>): Promise<string> => {
  let text = '';
  for await (const piece of store.read(object)) text += Buffer.from(piece).toString();
  return text;
};

it('a server whose authority is named in GILD_S3_CA is believed, by services and by agents', async () => {
  for (const reader of readers(cert)) expect(await read(reader)).toBe(BYTES.toString());
});

it.each([
  ['nobody named', undefined],
  ['another than was named', other.cert],
])('a server with a certificate of an authority that is %s is not', async (_, ca) => {
  for (const reader of readers(ca))
    expect(await faultOf(read(reader))).toMatchObject({
      ...{ code: 'STORE_IO', message: expect.stringMatching(/self-signed|certificate/) },
    });
});
