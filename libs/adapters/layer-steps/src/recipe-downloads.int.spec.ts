import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import type { Fault } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost, ownAuthority } from '@gild/testing';
import { fetchDownloads } from './recipe-downloads.js';

const PAYLOAD = 'fetched from elsewhere\n';
const sha256 = createHash('sha256').update(PAYLOAD).digest('hex');
/** What the server was asked for. */
const asked: string[] = [];
let server: Server;
let home: string;
let elsewhere: string;

const MOVES = new Map<string | undefined, string>([
  ['/moved', 'whole'],
  ['/circle', '/circle'],
]);
const statusAsked = ({ url = '' }: IncomingMessage): number | undefined =>
  url.startsWith('/answers/') ? Number(url.slice('/answers/'.length)) : undefined;

/** A byte at a time, for as long as anybody listens. */
const drip = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': '1000000' });
  const timer = setInterval(() => response.write('x'), 10);
  response.on('close', () => clearInterval(timer));
};

/** Answers with a part of what it announced; but for `/half` the connection breaks then. */
const breakOff = (url: string, response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('the first of it');
  if (url !== '/half') setImmediate(() => response.destroy());
};

const isGivenWhole = (url: string): boolean =>
  url.endsWith('/whole') || (url === '/flaky' && asked.filter((one) => one === url).length > 2);

beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = '' } = request;
    asked.push(url);
    if (url === '/silent') return;
    if (url === '/drips') return drip(response);
    if (isGivenWhole(url)) return void response.end(PAYLOAD);
    const location = MOVES.get(url);
    const status = location === undefined ? statusAsked(request) : 302;
    if (status === undefined) return breakOff(url, response);
    response.writeHead(status, location === undefined ? {} : { location }).end();
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

const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** The pauses between two tries. */
const pauses: number[] = [];
beforeEach(() => {
  pauses.length = 0;
  asked.length = 0;
});
const clock = { ...clockOfTheHost, delay: async (ms: number) => void pauses.push(ms) };

const fetched = async (path: string, { workDir = home, idleLimitMs = 60_000, wanted = sha256 } = {}) => {
  const url = path.startsWith('/') ? `${origin()}${path}` : path;
  const context = {
    workDir,
    cacheDir: join(home, 'cache'),
    log: () => undefined,
    signal: new AbortController().signal,
    idleLimitMs,
  };
  const work = { options: { sandbox: linuxSandbox(), clock }, context };
  const folder = await fetchDownloads(
    { name: 'taskserv:x', downloads: [{ url, sha256: wanted, path: '/opt/x', mode: '0644' }] },
    work,
  );
  return readFile(join(folder, '0'), 'utf8').finally(() => rm(folder, { recursive: true }));
};

it('gives a build on another disk than the cache what it downloads', async () => {
  expect(await fetched('/whole', { workDir: elsewhere })).toBe(PAYLOAD);
});

it('says that a server broke off', async () => {
  await expect(fetched('/cut')).rejects.toMatchObject({ code: 'MIRROR_UNREACHABLE', retryable: true });
  expect(await readdir(join(home, 'cache/downloads'))).toStrictEqual([]);
});

const WITHOUT_NAME =
  'Downloads carry no user name and password: have the taskserv ask for an address that gives the file to everybody, or the server let this host in.';

it.each([
  [401, (url: string) => `access to ${url} was refused`, WITHOUT_NAME],
  [403, (url: string) => `access to ${url} was refused`, WITHOUT_NAME],
  [
    404,
    (url: string) => `${url} does not exist there`,
    'Have the taskserv ask for an address that has the file.',
  ],
])('says what a server that answers %d means, who asked it, and what to do', async (status, what, remedy) => {
  const path = `/answers/${status}`;
  await expect(fetched(path)).rejects.toMatchObject({
    code: 'DOWNLOAD_MISMATCH',
    retryable: false,
    message: `Layer taskserv:x: ${what(origin() + path)} (HTTP status ${status}).\n${remedy}`,
  });
});

it('says of another file what was expected, what was found, who asked for it, and what to do', async () => {
  const wanted = 'b'.repeat(64);
  await expect(fetched('/whole', { wanted })).rejects.toMatchObject({
    code: 'DOWNLOAD_MISMATCH',
    retryable: false,
    message: [
      `Layer taskserv:x: ${origin()}/whole is not the file that its taskserv asks for.`,
      `Expected: sha256 ${wanted}.`,
      `Found: sha256 ${sha256}.`,
      'If its publisher has replaced it and you trust the new file, put the found digest into the taskserv; else have the taskserv ask for another address.',
    ].join('\n'),
  });
  expect(await readdir(join(home, 'cache/downloads'))).toStrictEqual([]);
});

it('does not blame the server for what the disk refuses', async () => {
  await mkdir(join(home, 'cache/downloads', sha256), { recursive: true });
  await expect(fetched('/whole')).rejects.toMatchObject({ code: 'EISDIR' });
});

it('goes through the proxy that programs of the host are told to use, but to hosts that need none', async () => {
  const before = { ...process.env };
  try {
    process.env['HTTP_PROXY'] = origin();
    process.env['no_proxy'] = 'localhost';
    expect(await fetched('http://only-by-proxy.invalid/whole')).toBe(PAYLOAD);
    expect(asked.at(-1)).toBe('http://only-by-proxy.invalid/whole');
    await rm(join(home, 'cache'), { recursive: true });
    const { port } = server.address() as AddressInfo;
    expect(await fetched(`http://localhost:${port}/whole`)).toBe(PAYLOAD);
    expect(asked.at(-1)).toBe('/whole');
  } finally {
    process.env = before;
  }
});

it('follows a server to where it says the file is, but not in a circle', async () => {
  expect(await fetched('/moved')).toBe(PAYLOAD);
  await rm(join(home, 'cache'), { recursive: true });
  await expect(fetched('/circle')).rejects.toMatchObject({ code: 'MIRROR_UNREACHABLE', retryable: true });
});

describe('row 36: a half-open connection', () => {
  it.each([
    ['nothing', '/silent'],
    ['nothing more', '/half'],
  ])('that brings %s is given up in time', async (_, path) => {
    await expect(fetched(path, { idleLimitMs: 100 })).rejects.toMatchObject({
      code: 'MIRROR_UNREACHABLE',
      message: expect.stringContaining('it sent nothing for 0.1 s'),
      retryable: true,
    });
  });
});

describe('row 37: a mirror', () => {
  it('that is flaky is asked again, up to three times, with growing pauses', async () => {
    expect(await fetched('/flaky')).toBe(PAYLOAD);
    expect(asked).toStrictEqual(['/flaky', '/flaky', '/flaky']);
    expect(pauses).toHaveLength(2);
    for (const [index, most] of [1_500, 3_000].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(most / 3);
      expect(pauses[index]).toBeLessThan(most);
    }
  });
  it('that stays broken is a failure of the infrastructure, after three tries', async () => {
    await expect(fetched('/answers/503')).rejects.toMatchObject({
      code: 'MIRROR_UNREACHABLE',
      retryable: true,
    });
    expect(asked).toHaveLength(3);
  });
  it.each([
    ['has not the file', '/answers/404', {}],
    ['gives another file', '/whole', { wanted: 'b'.repeat(64) }],
  ])(
    'that %s is asked once: the definition is to mend, and nothing of it is cached',
    async (_, path, how) => {
      await expect(fetched(path, how)).rejects.toMatchObject({ code: 'DOWNLOAD_MISMATCH', retryable: false });
      expect([asked.length, await readdir(join(home, 'cache/downloads'))]).toStrictEqual([1, []]);
    },
  );
  it('that drips is given up, and nothing of it is cached', async () => {
    await expect(fetched('/drips', { idleLimitMs: 200 })).rejects.toMatchObject({
      ...{ code: 'MIRROR_UNREACHABLE', retryable: true },
      message: expect.stringMatching(/it sent \d+ bytes in \d\.\d s/),
    });
    expect(await readdir(join(home, 'cache/downloads'))).toStrictEqual([]);
  });
});

it.each([
  ['that is no address', 'http://user:p#w@proxy:3128'],
  ['whose password is none', 'http://user:50%@proxy:3128'],
  ['of more than one line', 'http://user:pw@proxy:3128\r\nx'],
  ['without a scheme', 'user.pw.proxy.local:3128'],
  ['of another kind', 'socks5://user:pw@proxy:1080'],
])('refuses a proxy %s, without telling it to anybody', async (_, value) => {
  const before = { ...process.env };
  try {
    delete process.env['http_proxy'];
    process.env['HTTP_PROXY'] = value;
    const refused = fetched('/whole').catch((error: Fault) => error);
    expect(await refused).toMatchObject({
      code: 'PROXY_INVALID',
      retryable: false,
      message:
        'The environment variable HTTP_PROXY does not name a proxy that files can be downloaded through: expected http://[user:password@]host[:port], or https:// likewise.',
    });
    expect(inspect(await refused)).not.toMatch(/pw|p#w|50%|socks/);
  } finally {
    process.env = before;
  }
});

it('says that a proxy wants to know who asks', async () => {
  await expect(fetched('/answers/407')).rejects.toMatchObject({
    code: 'PROXY_INVALID',
    retryable: false,
    message: `Layer taskserv:x: the proxy on the way to ${origin()}/answers/407 refused to pass it on (HTTP status 407).\nName the proxy with its user and password in the environment variable that this host has for it.`,
  });
});

it('says so of the proxy on the way to where a server leads that itself needs none', async () => {
  const authority = ownAuthority();
  const believed = getCACertificates();
  setDefaultCACertificates([authority.cert]);
  const location = `${origin()}/answers/407`;
  const secure = createSecureServer(authority, (_, response) => response.writeHead(302, { location }).end());
  try {
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/moved`;
    await expect(fetched(url)).rejects.toMatchObject({ code: 'PROXY_INVALID', retryable: false });
  } finally {
    setDefaultCACertificates(believed);
    secure.close();
  }
});

describe('a proxy that makes no tunnel', () => {
  const before = { ...process.env };
  let proxy: Server;
  let status = '';
  beforeAll(async () => {
    proxy = createServer().on('connect', (_, connection) => connection.end(`HTTP/1.1 ${status}\r\n\r\n`));
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    process.env['https_proxy'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    delete process.env['no_proxy'];
    delete process.env['NO_PROXY'];
  });
  afterAll(() => {
    process.env = before;
    proxy.close();
  });

  it('for want of a name is told with what to do, and is refused again at the next try from this host', async () => {
    status = '407 Proxy Authentication Required';
    await expect(fetched('https://only-by-proxy.invalid/x')).rejects.toMatchObject({
      ...{ code: 'PROXY_INVALID', retryable: false },
      message: expect.stringMatching(
        /^Layer taskserv:x: the proxy on the way to https:\/\/only-by-proxy\.invalid\/x refused .* \(HTTP status 407\)\.\nName the proxy/,
      ),
    });
  });

  it('for another reason is a server out of reach from here, with that reason', async () => {
    status = '403 Forbidden';
    await expect(fetched('https://only-by-proxy.invalid/x')).rejects.toMatchObject({
      ...{ code: 'MIRROR_UNREACHABLE', retryable: true, message: expect.stringContaining('403') },
    });
  });
});
