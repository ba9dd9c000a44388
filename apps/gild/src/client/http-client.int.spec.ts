import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock } from '@gild/testing';
import { connect } from './connect.js';
import { httpClient } from './http-client.js';

const call = { method: 'GET', path: '/v1/jobs' };

describe('a server that is no Gild, or none any more', () => {
  let answer: RequestListener;
  let server: Server;
  let folder: string;
  const clock = fakeClock();
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gild-client-'));
    server = createServer((request, response) => answer(request, response)).listen(join(folder, 'gild.sock'));
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const path = () => join(folder, 'gild.sock');
  const client = () => httpClient({ kind: 'socket', path: path() }, 'ada', clock);
  const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

  it('and never answers is given up after a minute, or as long as the call may take', async () => {
    const heard = () => new Promise<void>((resolve) => (answer = () => resolve()));
    const [asked, asking] = [heard(), failure(client().json(call))];
    await asked;
    await clock.advance(60_000);
    expect(await asking).toMatchObject({
      code: 'TIMEOUT',
      message: `the Gild server at ${path()} did not answer within 60 s`,
    });
    const [again, working] = [heard(), failure(client().json({ ...call, withinMs: 240_000 }))];
    await again;
    await clock.advance(239_000);
    expect(await Promise.race([working, Promise.resolve('still waiting')])).toBe('still waiting');
    await clock.advance(1000);
    expect(await working).toMatchObject({ code: 'TIMEOUT' });
  });

  it.each([
    [200, '<html>welcome</html>', 'its answer is not JSON'],
    [302, '', 'it answers with HTTP status 302'],
  ])('and answers with %i and "%s" is told as such', async (status, body, reason) => {
    answer = (_, response) => response.writeHead(status, { location: '/elsewhere' }).end(body);
    expect(await failure(client().json(call))).toMatchObject({
      code: 'UNAVAILABLE',
      message: `${path()} is not a Gild server: ${reason}`,
    });
  });

  it('and fails is not taken for a farm that is gone', async () => {
    answer = (_, response) => response.writeHead(500).end('out of order');
    const options = {
      purpose: 'building' as const,
      interrupted: new AbortController().signal,
      note: () => undefined,
    };
    expect(await failure(connect({ GILD_HOME: folder }, options))).toMatchObject({ code: 'INTERNAL' });
  });
});
