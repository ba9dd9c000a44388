import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ObjectStore } from '@gild/ports';
import {
  fakeClock,
  type FaultProxy,
  faultOf,
  type ProxyFault,
  s3BackDoor,
  s3Candidates,
  type S3TestServer,
  startFaultProxy,
} from '@gild/testing';
import { s3ObjectStore, type S3Options } from './s3-object-store.js';

const MIB = 1024 * 1024;
const LARGE = new Uint8Array(6 * MIB).map((_, index) => (index * 3) % 253);
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const IMAGE = { key: `images/${sha256Of(LARGE)}.raw`, sha256: sha256Of(LARGE), sizeBytes: LARGE.length };
const SMALL = new Uint8Array(20_000).fill(7);
const TRIES = 4;
/** Not every server lists its unfinished uploads. */
const sweepFailed = () => undefined;

const wholeOf = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Uint8Array.from(piece));
  return Buffer.concat(all);
};
const listOf = async (keys: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
};

/** The first requests of a method meet the fault, and later ones pass. */
const first = (count: number, method: string, fault: ProxyFault) => {
  let left = count;
  return (asked: { method: string; path: string }) =>
    asked.method === method && (left -= 1) >= 0 ? fault : undefined;
};

describe.each(s3Candidates())('$name behind a network with faults', ({ start }) => {
  let server: S3TestServer;
  let proxy: FaultProxy;
  let runs = 0;
  let prefix = '';
  beforeAll(async () => {
    server = await start();
    proxy = await startFaultProxy(server.location);
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });
  beforeEach(() => {
    prefix = `faults${String(process.pid)}-${String((runs += 1))}/`;
    proxy.meet(() => undefined);
  });

  const serverAt = (port: number) => ({
    location: { ...server.location, port, prefix },
    ...{ region: 'us-east-1', accessKey: server.accessKey, secretKey: server.secretKey },
  });
  const storeBehind = (options: Partial<S3Options> = {}): ObjectStore =>
    s3ObjectStore(serverAt(proxy.port), {
      ...{ sweepFailed, ...options },
      pace: { partBytes: 5 * MIB, tries: TRIES, firstDelayMs: 1, longestDelayMs: 4, ...options.pace },
    });
  const storeBeside = (options: Partial<S3Options> = {}) =>
    s3ObjectStore(serverAt(server.location.port), { sweepFailed, ...options, pace: { partBytes: 5 * MIB } });
  const requestsOf = (method: string): number =>
    proxy.seen.filter(({ asked, met }) => asked.startsWith(method) && met !== undefined).length;

  it('row 11: errors that pass are outlasted, and what is stored is whole', async () => {
    const store = storeBehind();
    for (const [status, code] of [
      [500, 'InternalError'],
      [503, 'SlowDown'],
    ] as const) {
      proxy.meet(first(2, 'PUT', { kind: 'status', status, code }));
      expect(await store.put(code, SMALL)).toMatchObject({ created: true });
    }
    proxy.meet(first(2, 'PUT', { kind: 'reset', of: 'request', afterBytes: 300_000 }));
    expect(await store.put(IMAGE.key, LARGE, IMAGE.sha256)).toMatchObject({ created: true });
    expect(sha256Of(await wholeOf(storeBeside().read(IMAGE)))).toBe(IMAGE.sha256);
  });

  it('row 11: tries are bounded and their delays random, and nothing is reported stored', async () => {
    const waits: number[] = [];
    const clock = { ...fakeClock(), delay: (ms: number) => Promise.resolve(void waits.push(ms)) };
    const shares = [0.5, 0.25, 1];
    const random = () => shares[waits.length] ?? 0;
    const store = storeBehind({ clock, random, pace: { firstDelayMs: 100, longestDelayMs: 300 } });
    await store.head('nothing');
    proxy.meet(first(Infinity, 'PUT', { kind: 'status', status: 500, code: 'InternalError' }));
    const before = requestsOf('PUT');
    const fault = await faultOf(store.put('a', SMALL));
    expect(fault).toMatchObject({ code: 'STORE_IO', retryable: true });
    expect(requestsOf('PUT') - before).toBe(TRIES);
    expect(waits).toStrictEqual([50, 50, 300]);
    expect(await storeBeside().head('a')).toBeUndefined();
  });

  it('row 11: a connection that says nothing is given up and tried again', async () => {
    const store = storeBehind({ pace: { idleMs: 300 } });
    await store.head('nothing');
    proxy.meet(first(1, 'PUT', { kind: 'silence' }));
    expect(await store.put('a', SMALL)).toMatchObject({ created: true });
    proxy.meet(first(Infinity, 'HEAD', { kind: 'silence' }));
    expect(await faultOf(store.head('a'))).toMatchObject({
      ...{ code: 'STORE_IO', retryable: true },
      message: expect.stringContaining('nothing came for 0.3 s'),
    });
  });

  it('row 11: 20 KB/s is slow and no failure', async () => {
    // Longer than a busy host keeps a process waiting, and shorter than the whole takes.
    const store = storeBehind({ pace: { idleMs: 5_000, tries: 1 } });
    const bytes = Buffer.alloc(140_000, 'a');
    await store.head('nothing');
    proxy.meet(() => ({ kind: 'slow', bytesPerSecond: 20_000 }));
    expect(await store.put('a', bytes)).toMatchObject({ created: true });
    expect(await wholeOf(store.readRange('a', 0, bytes.length))).toHaveLength(bytes.length);
  });

  it('row 11: an answer that breaks off is taken up where it broke, and checked whole', async () => {
    await storeBeside().put(IMAGE.key, LARGE, IMAGE.sha256);
    proxy.meet(first(3, 'GET', { kind: 'reset', of: 'answer', afterBytes: MIB }));
    const store = storeBehind();
    expect(sha256Of(await wholeOf(store.read(IMAGE)))).toBe(IMAGE.sha256);
    proxy.meet(first(Infinity, 'GET', { kind: 'reset', of: 'answer', afterBytes: 0 }));
    expect(await faultOf(wholeOf(store.read(IMAGE)))).toMatchObject({ code: 'STORE_IO', retryable: true });
  });

  it('row 12: a full store says so at once and may be tried later; nothing is visible', async () => {
    const store = storeBehind();
    await store.head('nothing');
    proxy.meet(first(Infinity, 'PUT', { kind: 'status', status: 507, code: 'XMinioStorageFull' }));
    const before = requestsOf('PUT');
    expect(await faultOf(store.put('a', SMALL))).toMatchObject({ code: 'STORE_FULL', retryable: true });
    expect(requestsOf('PUT') - before).toBe(1);
    expect(await faultOf(store.put(IMAGE.key, LARGE))).toMatchObject({ code: 'STORE_FULL' });
    expect(await listOf(storeBeside().list(''))).toStrictEqual([]);
    proxy.meet(() => undefined);
    expect(await store.put('a', SMALL)).toMatchObject({ created: true });
  });

  it('row 5: bytes that an earlier attempt stored are success, also where the answer was lost', async () => {
    const store = storeBehind();
    await store.put(IMAGE.key, LARGE, IMAGE.sha256);
    expect(await store.put(IMAGE.key, LARGE, IMAGE.sha256)).toMatchObject({ created: false });
    proxy.meet(first(1, 'PUT', { kind: 'reset', of: 'answer', afterBytes: 0 }));
    expect(await store.put('a', SMALL)).toMatchObject({ sizeBytes: SMALL.length });
    proxy.meet(first(2, 'POST', { kind: 'reset', of: 'answer', afterBytes: 0 }));
    expect(await store.put('large', LARGE)).toMatchObject({ sha256: IMAGE.sha256 });
    expect(sha256Of(await wholeOf(store.read({ ...IMAGE, key: 'large' })))).toBe(IMAGE.sha256);
  });

  it('row 14: an object that was altered or removed after it was published is refused when it is read', async () => {
    const store = storeBeside();
    const backDoor = s3BackDoor(server);
    await store.put(IMAGE.key, LARGE, IMAGE.sha256);
    await backDoor.write(prefix + IMAGE.key, 'altered');
    expect(await faultOf(wholeOf(store.read(IMAGE)))).toMatchObject({ code: 'OBJECT_DAMAGED' });
    await backDoor.remove(prefix + IMAGE.key);
    expect(await faultOf(wholeOf(store.read(IMAGE)))).toMatchObject({ code: 'OBJECT_MISSING' });
  });

  it('says whose keys are denied what, and never the secret', async () => {
    const stranger = { accessKey: 'nobody', secretKey: 'not to be told' };
    const denied = s3ObjectStore({ ...serverAt(server.location.port), ...stranger }, { sweepFailed });
    const fault = await faultOf(denied.put('a', SMALL));
    expect(fault).toMatchObject({ code: 'STORE_IO', retryable: false });
    expect(fault.message).toContain('access key nobody');
    expect(fault.message).toContain('gild-test');
    expect(fault.message).not.toContain('not to be told');
  });

  describe('an upload whose process is killed', () => {
    const program = fileURLToPath(new URL('../dist/process-tests/torn-process.js', import.meta.url));
    let torn: ChildProcess | undefined;
    afterEach(() => torn?.kill('SIGKILL'));

    it('row 13: shows nothing, and is aborted once it is stale', async () => {
      const server_ = JSON.stringify(serverAt(server.location.port));
      torn = spawn(process.execPath, [program, server_, 'torn'], { stdio: ['ignore', 'pipe', 'inherit'] });
      let parts = 0;
      torn.stdout?.on('data', (text: Buffer) => (parts += text.toString().split('\n').length - 1));
      while (parts < 3) await once(torn.stdout ?? torn, 'data');
      torn.kill('SIGKILL');
      await once(torn, 'exit');
      expect(await listOf(storeBeside().list(''))).toStrictEqual([]);
      expect(await storeBeside().head('torn')).toBeUndefined();
      if (!server.listsUploads) {
        console.warn(`NOT TESTED: stale uploads of ${server.name}, which lists none`);
        return;
      }
      const at = (hours: number) => ({
        ...fakeClock(),
        now: () => new Date(Date.now() + hours * 3_600_000).toISOString(),
      });
      expect(await storeBeside({ clock: at(23) }).sweepUploads()).toBe(0);
      expect(await s3BackDoor(server).uploads(prefix)).toStrictEqual([`${prefix}torn`]);
      await storeBeside({ clock: at(25) }).head('torn'); // the first use sweeps
      expect(await storeBeside({ clock: at(25) }).sweepUploads()).toBe(0);
      expect(await s3BackDoor(server).uploads(prefix)).toStrictEqual([]);
    });
  });
});
