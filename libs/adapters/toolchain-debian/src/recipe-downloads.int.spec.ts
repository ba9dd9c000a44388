import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost } from '@gild/testing';
import { fetchDownloads } from './recipe-downloads.js';

const PAYLOAD = 'fetched from elsewhere\n';
const sha256 = createHash('sha256').update(PAYLOAD).digest('hex');
let server: Server;
let home: string;
let elsewhere: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/whole') return void response.end(PAYLOAD);
    response.writeHead(200, { 'content-length': '1000' });
    response.write('the first of it');
    setImmediate(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-downloads-'));
  elsewhere = await mkdtemp('/dev/shm/gild-downloads-');
});
afterEach(async () => {
  await rm(home, { recursive: true });
  await rm(elsewhere, { recursive: true });
});

const fetched = async (path: string, workDir = home) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const context = {
    workDir,
    cacheDir: join(home, 'cache'),
    log: () => undefined,
    signal: new AbortController().signal,
    idleLimitMs: 60_000,
  };
  const work = { options: { sandbox: linuxSandbox(), clock: clockOfTheHost }, context };
  const folder = await fetchDownloads([{ url, sha256, path: '/opt/x', mode: '0644' }], work);
  return readFile(join(folder, '0'), 'utf8');
};

it('gives a build on another disk than the cache what it downloads', async () => {
  expect(await fetched('/whole', elsewhere)).toBe(PAYLOAD);
});

it('says that a server broke off', async () => {
  await expect(fetched('/cut')).rejects.toMatchObject({ code: 'MIRROR_UNREACHABLE', retryable: true });
  expect(await readdir(join(home, 'cache/downloads'))).toStrictEqual([]);
});

it('does not blame the server for what the disk refuses', async () => {
  await mkdir(join(home, 'cache/downloads', sha256), { recursive: true });
  await expect(fetched('/whole')).rejects.toMatchObject({ code: 'EISDIR' });
});
