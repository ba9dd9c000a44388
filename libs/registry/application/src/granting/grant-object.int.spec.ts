import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectGrant, StoredObject } from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import { grantedObjects, s3ObjectGrants, s3ObjectStore } from '@gild/object-store-s3';
import { oneFlight } from '@gild/kernel';
import type { Messenger } from '@gild/ports';
import { faultOf, s3Candidates, type S3TestServer } from '@gild/testing';
import { grantObject } from './grant-object.js';
import { openUploads } from './open-uploads.js';
import { requiringNotRemoved } from './require-not-removed.js';

const MIB = 1024 * 1024;
const LARGE = new Uint8Array(18 * MIB).map((_, index) => (index * 5) % 249);
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const imageOf = (bytes: Uint8Array): StoredObject => ({
  ...{ key: `images/${sha256Of(bytes)}.raw`, sha256: sha256Of(bytes), sizeBytes: bytes.length },
});
const IMAGE = imageOf(LARGE);
const small = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { bytes, object: { ...imageOf(bytes), key: `packages/${sha256Of(bytes)}.json` } };
};
const wholeOf = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Uint8Array.from(piece));
  return Buffer.concat(all);
};
const ARTIFACT = {
  ...{ object: IMAGE, arch: 'x86_64', format: 'raw', virtualSizeBytes: LARGE.length },
  ...{ rootfsSha256: IMAGE.sha256, packages: IMAGE, taskservVersions: {} },
};
const REQUESTED = {
  ...{ jobId: 'job', imageName: 'web', imageVersion: '1.0.0', buildNumber: 1, arch: 'x86_64' },
  ...{ definition: { disk_size_gb: 10 }, definitionDigest: IMAGE.sha256, inputDigest: IMAGE.sha256 },
  ...{ priority: 0, requestedBy: 'ada', useCache: true, bootTest: true },
  ...{ infrastructureRetries: 2, timeoutMs: 3_600_000 },
};
const metadata = {
  time: '2026-11-23T09:00:00.000Z',
  actor: 'test',
  correlationId: 'c',
  causationId: 'c',
  schema: 1,
};

const sendTo = async (grant: ObjectGrant, body: Uint8Array): Promise<number> => {
  if (grant.grant !== 'request') throw new Error(`granted ${grant.grant}`);
  return (await fetch(grant.url, { method: 'PUT', headers: grant.headers, body })).status;
};

describe.each(s3Candidates())('grants on $name', ({ start }) => {
  let server: S3TestServer;
  let dir: string;
  let runs = 0;
  beforeAll(async () => {
    server = await start();
    dir = await mkdtemp(join(tmpdir(), 'gild-grants-'));
  });
  afterAll(async () => {
    await server.stop();
    await rm(dir, { recursive: true });
  });

  /** A farm in which attempt 2 of `job` is under way on agent oak, and what each agent sees of its objects. */
  const farm = async () => {
    const { accessKey, secretKey, location } = server;
    const prefix = `grants${String(process.pid)}-${String((runs += 1))}/`;
    const at = { location: { ...location, prefix }, region: 'us-east-1', accessKey, secretKey };
    const store = memoryEventStore();
    const record = (type: string, data: object) =>
      store.append('job-job', 'any', [{ id: randomUUID(), type, data: { ...data }, metadata }]);
    await record('BuildRequested', REQUESTED);
    await record('AttemptGranted', { attempt: 1, agentId: 'elm', leaseMs: 1 });
    await record('AttemptLost', { attempt: 1, agentId: 'elm', message: 'silent' });
    await record('AttemptGranted', { attempt: 2, agentId: 'oak', leaseMs: 1 });
    const sweepFailed = () => undefined; // not every server lists its unfinished uploads
    const objects = s3ObjectStore(at, { sweepFailed });
    const granting = {
      store,
      objects,
      grants: s3ObjectGrants(at, { sweepFailed }),
      requireNotRemoved: requiringNotRemoved(store),
      flight: oneFlight(),
      uploads: openUploads(),
    };
    const ask = (agentId: string, request: object) => grantObject(agentId, request, granting);
    const agent = (agentId: string, attempt: number) => {
      const messenger: Messenger = {
        request: (_, payload) => ask(agentId, payload as object),
        hint: () => undefined,
        onHint: () => Promise.resolve(() => undefined),
      };
      return grantedObjects({ messenger, agentId })({
        jobId: 'job',
        attempt,
      });
    };
    return { ask, record, objects, agent };
  };

  it('lets the agent of the attempt store small and large objects, once, and read them', async () => {
    const { agent, objects } = await farm();
    const oak = agent('oak', 2);
    const { bytes, object } = small('[]');
    expect(await oak.put(object.key, bytes)).toStrictEqual({ ...object, created: true });
    expect(await oak.put(object.key, bytes)).toMatchObject({ created: false });
    expect(await oak.head(object.key)).toStrictEqual({ sizeBytes: 2 });
    expect(await wholeOf(oak.read(object))).toHaveLength(2);
    const path = join(dir, 'image.raw');
    await writeFile(path, LARGE);
    expect(await oak.putFile(IMAGE.key, path, { expectSha256: IMAGE.sha256 })).toStrictEqual({
      ...IMAGE,
      created: true,
    });
    expect(await oak.putFile(IMAGE.key, path)).toMatchObject({ created: false });
    expect(sha256Of(await wholeOf(objects.read(IMAGE)))).toBe(IMAGE.sha256);
  });

  it('row 19: grants nothing to an attempt that is over, to another agent, and after the artifact', async () => {
    const { agent, record } = await farm();
    const { bytes, object } = small('late');
    for (const [agentId, attempt] of [
      ['elm', 1],
      ['elm', 2],
      ['oak', 1],
      ['oak', 3],
    ] as const)
      expect(await faultOf(agent(agentId, attempt).put(object.key, bytes))).toMatchObject({
        code: 'CONFLICT',
      });
    await record('ArtifactReported', { attempt: 2, artifact: ARTIFACT });
    expect(await faultOf(agent('oak', 2).put(object.key, bytes))).toMatchObject({ code: 'CONFLICT' });
    const cancelled = await farm();
    await cancelled.record('BuildCancelled', { by: 'bob' });
    expect(await faultOf(cancelled.agent('oak', 2).put(object.key, bytes))).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('grants neither the keys of others, nor more bytes than the build can have', async () => {
    const { agent, ask } = await farm();
    const { bytes } = small('x');
    const refused = { code: 'INVALID_REQUEST' };
    for (const key of ['logs/other/1/000001', `layers/${'0'.repeat(64)}`, `inputs/${sha256Of(bytes)}.json`])
      expect(await faultOf(agent('oak', 2).put(key, bytes))).toMatchObject(refused);
    const most = 13.5 * 1024 ** 3;
    const begin = (sizeBytes: number) =>
      ask('oak', { ask: 'begin', jobId: 'job', attempt: 2, object: { ...IMAGE, sizeBytes } });
    expect(await faultOf(begin(most + 1))).toMatchObject({
      ...refused,
      message: expect.stringContaining(`at most ${most} bytes for a disk of 10 GiB, found ${most + 1}`),
    });
    const begun = await begin(most);
    if (begun.grant !== 'upload') throw new Error(`granted ${begun.grant}`);
    const { uploadId } = begun;
    const object = { ...IMAGE, sizeBytes: most };
    await ask('oak', { ask: 'abort', jobId: 'job', attempt: 2, object, uploadId });
    expect(await faultOf(ask('oak', { ask: 'get', key: 'logs/job/1/000001' }))).toMatchObject(refused);
  });

  it('takes no parts that are not the object they were said to be, and the right ones in their place', async () => {
    const { agent, objects } = await farm();
    const path = join(dir, 'other.raw');
    await writeFile(path, Uint8Array.from(LARGE).fill(1, 0, 9));
    const fault = await faultOf(agent('oak', 2).putFile(IMAGE.key, path, { expectSha256: IMAGE.sha256 }));
    expect(fault).toMatchObject({ code: 'OBJECT_MISMATCH' });
    const right = join(dir, 'right.raw');
    await writeFile(right, LARGE);
    await agent('oak', 2).putFile(IMAGE.key, right, { expectSha256: IMAGE.sha256 });
    expect(sha256Of(await wholeOf(objects.read(IMAGE)))).toBe(IMAGE.sha256);
  });

  it('grants a request for these bytes under this key, and no other', async () => {
    const { ask, objects } = await farm();
    const { bytes, object } = small('these');
    const grant = await ask('oak', { ask: 'put', jobId: 'job', attempt: 2, object });
    if (!server.checksGrants) {
      console.warn(`NOT TESTED: that a request is bound to its grant, which ${server.name} does not check`);
      return;
    }
    if (grant.grant !== 'request') throw new Error(`granted ${grant.grant}`);
    const elsewhere = { ...grant, url: grant.url.replace(object.sha256, '0'.repeat(64)) };
    expect(await sendTo(elsewhere, bytes)).toBe(403);
    expect(await sendTo(grant, small('other').bytes)).toBe(400);
    expect(await sendTo(grant, small('longer than these').bytes)).toBe(403);
    expect(await objects.head(object.key)).toBeUndefined();
    expect(await sendTo(grant, bytes)).toBe(200);
    expect(await sendTo(grant, bytes)).toBe(412);
  });
});

it('says what to do where the objects of the farm lie in a folder', async () => {
  const store = memoryEventStore();
  const granting = {
    ...{ store, requireNotRemoved: requiringNotRemoved(store) },
    objects: {} as never,
    grants: undefined,
    ...{ flight: oneFlight(), uploads: openUploads() },
  };
  expect(await faultOf(grantObject('oak', { ask: 'head', key: 'x' }, granting))).toMatchObject({
    ...{ code: 'INVALID_REQUEST', message: expect.stringContaining('GILD_OBJECTS') },
  });
});
