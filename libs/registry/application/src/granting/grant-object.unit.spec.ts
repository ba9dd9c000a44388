import { memoryEventStore } from '@gild/event-store-memory';
import { oneFlight } from '@gild/kernel';
import { faultCode, type ObjectGrants, type ObjectStore, type RecordedEvent } from '@gild/ports';
import { faultOf } from '@gild/testing';
import { grantObject } from './grant-object.js';
import { openUploads } from './open-uploads.js';
import { requiringNotRemoved } from './require-not-removed.js';

const MIB = 1024 * 1024;
const SHA256 = 'a'.repeat(64);
const object = { key: `images/${SHA256}.raw`, sha256: SHA256, sizeBytes: 20 * MIB };
const claim = { jobId: 'job', attempt: 1, object };
const upload = { ...claim, uploadId: 'u' };
const etags = (count: number) => Array.from({ length: count }, () => ({ etag: 'e', sha256: SHA256 }));
const complete = { ask: 'complete', ...upload, parts: etags(2) };
const part = (number: number, sizeBytes: number) => ({
  ...{ ask: 'part', ...upload, number, sha256: SHA256, sizeBytes },
});

/** Counts what is read of agents. */
async function* counted(events: AsyncIterable<RecordedEvent>, stream: string, read: { events: number }) {
  for await (const event of events) {
    if (stream.startsWith('agent-')) read.events += 1;
    yield event;
  }
}

/** What a registry asks of its grants, whose long calls end when they are told to. */
const registry = async () => {
  const store = memoryEventStore();
  const read = { events: 0 };
  const readStream = store.readStream.bind(store);
  store.readStream = (stream, range) => counted(readStream(stream, range), stream, read);
  const metadata = {
    ...{ time: '2026-11-23T09:00:00.000Z', actor: 'test', correlationId: 'c', causationId: 'c', schema: 1 },
  };
  const data = { attempt: 1, agentId: 'oak', leaseMs: 1 };
  const id = '00000000-0000-4000-8000-000000000001';
  await store.append('job-job', 'any', [{ id, type: 'AttemptGranted', data, metadata }]);
  const calls: string[] = [];
  const aborted: string[] = [];
  const ends: (() => void)[] = [];
  const long = async (name: string): Promise<void> => {
    calls.push(name);
    await new Promise<void>((resolve) => ends.push(resolve));
  };
  const grants: ObjectGrants = {
    put: () => Promise.resolve(undefined),
    begin: () => long('begin').then(() => `upload ${calls.length}`),
    part: () => ({ url: 'http://store/', headers: {} }),
    complete: (_, uploadId) => long(`complete ${uploadId}`),
    abort: async (_, uploadId) => void aborted.push(uploadId),
    get: () => ({ url: 'http://store/', headers: {} }),
  };
  const granting = {
    store,
    objects: {} as ObjectStore,
    grants,
    requireNotRemoved: requiringNotRemoved(store),
    flight: oneFlight(),
    uploads: openUploads(2),
  };
  const ask = (request: object, agentId = 'oak') => grantObject(agentId, request, granting);
  let events = 1;
  const oak = (type: string, rest: object) =>
    store.append('agent-oak', 'any', [
      {
        id: `00000000-0000-4000-8000-${String((events += 1)).padStart(12, '0')}`,
        ...{ type, data: { agentId: 'oak', ...rest }, metadata },
      },
    ]);
  const begun = async (count: number) => {
    for (let turn = 0; calls.length < count && turn < 100; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
  };
  return { ask, oak, store, read, calls, aborted, ends, begun };
};

it('row 19: grants nothing of any kind to another attempt than the one under way, or to another agent', async () => {
  const { ask, calls, aborted } = await registry();
  const asked = [{ ask: 'put', ...claim }, { ask: 'begin', ...claim }, part(1, 16 * MIB), complete];
  for (const request of [...asked, { ask: 'abort', ...upload }]) {
    for (const attempt of [2, 3])
      expect(await faultOf(ask({ ...request, attempt }))).toMatchObject({
        code: 'CONFLICT',
        message: `attempt ${attempt} of job job is not under way on agent oak`,
      });
    expect(await faultOf(ask(request, 'elm'))).toMatchObject({ code: 'CONFLICT' });
  }
  expect([calls, aborted]).toStrictEqual([[], []]);
});

it('grants the parts of an object, and none that would make it larger', async () => {
  const { ask } = await registry();
  for (const request of [part(1, 16 * MIB), part(2, 4 * MIB)])
    expect(await ask(request)).toMatchObject({ grant: 'request' });
  for (const request of [part(1, 20 * MIB), part(1, 4 * MIB), part(2, 16 * MIB), part(3, 4 * MIB)])
    expect(await faultOf(ask(request))).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^part \d of .*: expected .*, found \d+ bytes$/),
    });
  expect(await faultOf(ask({ ...complete, parts: etags(3) }))).toMatchObject({ code: 'INVALID_REQUEST' });
});

it('does what an upload takes once, however often an agent asks before it is done', async () => {
  const { ask, calls, ends, begun } = await registry();
  const answers = [ask(complete), ask(complete), ask({ ...complete, uploadId: 'v' })];
  await begun(2);
  ends.splice(0).forEach((end) => end());
  expect(await Promise.all(answers)).toStrictEqual(answers.map(() => ({ grant: 'done' })));
  expect(calls.toSorted()).toStrictEqual(['complete u', 'complete v']);
  const begins = [ask({ ask: 'begin', ...claim }), ask({ ask: 'begin', ...claim })];
  await begun(3);
  ends.splice(0).forEach((end) => end());
  const [first, second] = await Promise.all(begins);
  expect(second).toStrictEqual(first);
  const again = ask(complete);
  await begun(4);
  ends.splice(0).forEach((end) => end());
  await again;
  expect(calls.slice(2)).toStrictEqual(['begin', 'complete u']);
});

it('has one upload of an object open for an attempt: another takes the place of one that was left', async () => {
  const { ask, calls, aborted, ends, begun } = await registry();
  const done = async (request: object) => {
    const answer = ask(request);
    await begun(calls.length + 1);
    ends.splice(0).forEach((end) => end());
    return answer;
  };
  const begin = (change: object = {}) => done({ ask: 'begin', ...claim, object: { ...object, ...change } });
  expect(await begin()).toStrictEqual({ grant: 'upload', uploadId: 'upload 1' });
  expect(await begin({ sizeBytes: 30 * MIB })).toStrictEqual({ grant: 'upload', uploadId: 'upload 2' });
  expect(aborted).toStrictEqual(['upload 1']);
  await done({ ...complete, uploadId: 'upload 2' });
  await begin();
  expect(aborted).toStrictEqual(['upload 1']);
  await ask({ ask: 'abort', ...claim, uploadId: 'upload 4' });
  await begin();
  expect(aborted).toStrictEqual(['upload 1', 'upload 4']);
});

it('remembers no more of them than it has room for, the latest', async () => {
  const { ask, calls, aborted, ends, begun } = await registry();
  for (const digit of ['a', 'b', 'c', 'b', 'a']) {
    const sha256 = digit.repeat(64);
    const answer = ask({
      ask: 'begin',
      ...claim,
      object: { ...object, sha256, key: `images/${sha256}.raw` },
    });
    await begun(calls.length + 1);
    ends.splice(0).forEach((end) => end());
    await answer;
  }
  expect(aborted).toStrictEqual(['upload 2']);
});

it('grants an agent that was removed nothing from that moment on, neither to write nor to read', async () => {
  const { ask, oak } = await registry();
  const asked = [part(1, 16 * MIB), { ask: 'get', key: `layers/${SHA256}` }];
  const joined = { publicKey: 'UOAK', tokenId: 't', release: '0.1.0' };
  await oak('AgentJoined', joined);
  for (const request of asked) expect(await ask(request)).toMatchObject({ grant: 'request' });
  await oak('AgentRemoved', { by: 'ada' });
  for (const request of [...asked, { ask: 'head', key: `layers/${SHA256}` }])
    expect(await faultOf(ask(request))).toMatchObject({
      code: 'AGENT_NOT_JOINED',
      message: expect.stringContaining('gild agent readmit oak'),
    });
  await oak('AgentReadmitted', { by: 'ada' });
  expect(await faultOf(ask(part(1, 16 * MIB)))).toMatchObject({ code: 'AGENT_NOT_JOINED' });
  await oak('AgentJoined', { ...joined, tokenId: 't2' });
  for (const request of asked) expect(await ask(request)).toMatchObject({ grant: 'request' });
});

it('reads what the record says of an agent once, however long it is and however many grants are asked for', async () => {
  const { ask, oak, read } = await registry();
  const get = (agentId = 'oak') => ask({ ask: 'get', key: `layers/${SHA256}` }, agentId);
  const silences = async () => {
    for (let turn = 0; turn < 100; turn += 1) await oak('AgentSilent', { sessionId: `s${turn}` });
  };
  await oak('AgentJoined', { publicKey: 'UOAK', tokenId: 't', release: '0.1.0' });
  await silences();
  for (let turn = 0; turn < 5; turn += 1) await get();
  expect(read.events).toBe(101);
  await silences();
  for (let turn = 0; turn < 5; turn += 1) await get();
  expect(read.events).toBe(201);
  await oak('AgentRemoved', { by: 'ada' });
  for (let turn = 0; turn < 5; turn += 1)
    expect(await faultOf(get())).toMatchObject({ code: 'AGENT_NOT_JOINED' });
  expect(read.events).toBe(202);
});

it('remembers no more agents than it has room for, the latest, and reads of others again', async () => {
  const { oak, store, read } = await registry();
  await oak('AgentRemoved', { by: 'ada' });
  const requireNotRemoved = requiringNotRemoved(store, 2);
  const codes = [];
  for (const agentId of ['oak', 'elm', 'oak', 'ash', 'oak', 'elm', 'ash', 'oak'])
    codes.push((await requireNotRemoved(agentId).catch(faultCode)) ?? 'granted');
  const [no, yes] = ['AGENT_NOT_JOINED', 'granted'];
  expect(codes).toStrictEqual([no, yes, no, yes, no, yes, yes, no]);
  expect(read.events).toBe(2);
});
