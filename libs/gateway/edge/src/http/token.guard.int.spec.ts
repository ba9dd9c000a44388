import 'reflect-metadata';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, type INestApplication, Module, Post } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { API_TOKEN } from '../tokens.js';
import { guardedByFileMode } from './local-connections.js';
import { TokenGuard } from './token.guard.js';

const token = 'a-token-of-more-than-20-characters';
let taken = 0;

@Controller('v1')
class CountedController {
  @Post('builds')
  build() {
    taken += 1;
    return {};
  }
}

@Module({
  controllers: [CountedController],
  providers: [
    { provide: API_TOKEN, useValue: { value: token } },
    { provide: APP_GUARD, useClass: TokenGuard },
  ],
})
class GuardedModule {}

describe('the guard of the API', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-guard-'));
  const socketPath = join(folder, 'api.sock');
  let app: INestApplication;
  let tcp: Server;

  const port = () => (tcp.address() as AddressInfo).port;
  const status = async (options: object): Promise<number | undefined> => {
    const asked = request({ method: 'POST', path: '/v1/builds', ...options }).end();
    const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream & { statusCode?: number }];
    response.resume();
    return response.statusCode;
  };

  beforeEach(async () => {
    taken = 0;
    app = await NestFactory.create(GuardedModule, { logger: false, forceCloseConnections: true });
    guardedByFileMode(app.getHttpServer() as Server);
    await app.listen(socketPath);
    tcp = createServer(app.getHttpAdapter().getInstance() as never).listen(0, '127.0.0.1');
    await once(tcp, 'listening');
  });
  afterEach(async () => {
    tcp.closeAllConnections();
    tcp.close();
    await app.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('asks nothing of who may open the unix socket', async () => {
    expect(await status({ socketPath })).toBe(201);
  });

  it('asks for the token on a TCP port', async () => {
    expect(await status({ port: port() })).toBe(401);
    expect(await status({ port: port(), headers: { authorization: 'Bearer another' } })).toBe(401);
    expect(await status({ port: port(), headers: { authorization: `Bearer ${token}` } })).toBe(201);
  });

  it('asks for it also of a peer that has reset its connection, of whom no address is known', async () => {
    const unknown = new Set<Socket>();
    tcp.prependListener('request', ({ socket }: { socket: Socket }) => {
      if (socket.remoteAddress === undefined) unknown.add(socket);
    });
    const attempt = async () => {
      const closed = new Promise<void>((resolve) => {
        tcp.once('connection', (socket: Socket) => socket.once('close', () => resolve()));
      });
      const peer = connect(port(), '127.0.0.1').on('error', () => undefined);
      peer.write('POST /v1/builds HTTP/1.1\r\nhost: gild\r\ncontent-length: 0\r\n\r\n', () =>
        peer.resetAndDestroy(),
      );
      await closed;
    };
    for (let attempts = 0; unknown.size === 0 && attempts < 1000; attempts += 1) await attempt();
    expect(unknown.size).toBeGreaterThan(0);
    expect(taken).toBe(0);
  });
});
