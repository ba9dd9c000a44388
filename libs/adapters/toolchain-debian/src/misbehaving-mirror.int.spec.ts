import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clockOfTheHost } from '@gild/testing';
import { debianToolchain } from './debian-toolchain.js';
import { BASE, context, fault, LIMIT_MS, sandbox, target } from './toolchain-under-test.spec.js';

let server: Server;
let behave: (response: ServerResponse) => void;
let requests = 0;

beforeEach(async () => {
  requests = 0;
  server = createServer((_, response) => {
    requests += 1;
    behave(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const resolved = async (idleLimitMs: number) => {
  const main = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`;
  const mirrors = { debian: { main, security: main } };
  const toolchain = debianToolchain({ sandbox, clock: clockOfTheHost, mirrors });
  return fault(toolchain.resolve(target, [BASE], await context({ idleLimitMs })));
};

const drip = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': '1000000' });
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => clearInterval(timer));
};

describe('row 37: a package mirror', () => {
  it(
    'that sends a byte at a time is given up, and may be asked again: it is no silence of the build',
    async () => {
      behave = drip;
      const { code, retryable, message } = await resolved(2_000);
      expect({ code, retryable }).toStrictEqual({ code: 'MIRROR_UNREACHABLE', retryable: true });
      expect(message).toContain('It sent nothing of use for too long.');
    },
    LIMIT_MS,
  );
  it(
    'that fails is asked again by apt, and then later: it may pass',
    async () => {
      behave = (response) => response.writeHead(503).end();
      expect(await resolved(60_000)).toMatchObject({ code: 'MIRROR_UNREACHABLE', retryable: true });
      expect(requests).toBeGreaterThanOrEqual(2);
    },
    LIMIT_MS,
  );
  it(
    'that has not what is asked for is not asked again: it will not have it then either',
    async () => {
      behave = (response) => response.writeHead(404).end();
      expect(await resolved(60_000)).toMatchObject({ code: 'MIRROR_UNREACHABLE', retryable: false });
    },
    LIMIT_MS,
  );
});
