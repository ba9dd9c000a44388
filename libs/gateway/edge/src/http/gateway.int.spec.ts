import { truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTOR_HEADER, objectKeys, subjects } from '@gild/contracts';
import { sha256 } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { GatewayUnderTest } from './gateway-under-test.spec.js';

const JOB = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const OTHER = '01ARZ3NDEKTSV4RRFFQ69G5FAW';
const disk = Buffer.from('the bytes of a disk');
const key = objectKeys.inputs(sha256('disk'));

describe('the HTTP API', () => {
  const gateway = new GatewayUnderTest();
  const { folder, objects, bus } = gateway;
  const call = (path: string, init?: RequestInit) => gateway.call(path, init);
  const artifact = {
    arch: 'x86_64',
    format: 'raw',
    path: key,
    checksum: sha256(disk.toString()),
    size_bytes: disk.length,
  };
  const stored = () => join(folder, 'objects', ...key.split('/'));

  beforeAll(async () => {
    await gateway.start();
    bus.answer(subjects.version, async () => ({
      image_name: 'web',
      version: '1.0.0',
      artifacts: [artifact],
    }));
    bus.answer(subjects.policy, async () => ({}));
  });
  beforeEach(() => objects.put(key, disk));
  afterAll(() => gateway.stop());

  it.each([
    ['drain', subjects.drainAgent, { reason: 'new disk' }],
    ['drain', subjects.drainAgent, {}],
    ['resumption', subjects.resumeAgent, {}],
    ['quarantine', subjects.quarantineAgent, { reason: 'odd disks' }],
    ['release', subjects.releaseAgent, {}],
    ['removal', subjects.removeAgent, { reason: 'sold' }],
    ['readmission', subjects.readmitAgent, { reason: 'bought' }],
  ])('passes on who decides about an agent: %s', async (deed, subject, body) => {
    bus.answer(subject, async (asked) => asked);
    const headers = { [ACTOR_HEADER]: 'ada' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const { status, text } = await call(`/v1/agents/oak/${deed}`, init);
    expect([status, JSON.parse(text)]).toStrictEqual([200, { agentId: 'oak', actor: 'ada', ...body }]);
  });

  it.each([
    ['drain', { why: 'x' }],
    ['quarantine', {}],
    ['resumption', { reason: 'x' }],
  ])('refuses a decision about an agent that is not whole: %s %j', async (deed, body) => {
    const { status } = await call(`/v1/agents/oak/${deed}`, { method: 'POST', body: JSON.stringify(body) });
    expect(status).toBe(400);
  });

  it.each([
    ['start', subjects.reportVmStart, { image: 'web', version: ':stable', host: 'oak', arch: 'arm64' }],
    ['start', subjects.reportVmStart, { image: 'web', host: 'oak' }],
    ['stop', subjects.reportVmStop, { reason: 'sold' }],
    ['stop', subjects.reportVmStop, {}],
  ])('passes on who reports a VM: %s', async (deed, subject, body) => {
    bus.answer(subject, async (asked) => asked);
    const headers = { [ACTOR_HEADER]: 'ada' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const { status, text } = await call(`/v1/vms/vm1/${deed}`, init);
    expect([status, JSON.parse(text)]).toStrictEqual([200, { vmId: 'vm1', actor: 'ada', ...body }]);
  });

  it.each([
    ['start', { image: 'web' }],
    ['start', { host: 'oak' }],
    ['stop', { host: 'oak' }],
  ])('refuses a report of a VM that is not whole: %s %j', async (deed, body) => {
    const { status } = await call(`/v1/vms/vm1/${deed}`, { method: 'POST', body: JSON.stringify(body) });
    expect(status).toBe(400);
  });

  it('passes on which VMs are asked for, and knows no other way to choose them', async () => {
    bus.answer(subjects.vms, async (asked) => [asked]);
    bus.answer(subjects.vm, async (asked) => asked);
    const chosen = 'image=web&version=1.0.0&host=oak&state=running&standing=deprecated,revoked&at=7';
    expect(JSON.parse((await call(`/v1/vms?${chosen}`)).text)).toStrictEqual([
      {
        ...{ image: 'web', version: '1.0.0', host: 'oak', state: 'running', at: '7' },
        standing: ['deprecated', 'revoked'],
      },
    ]);
    expect((await call('/v1/vms')).text).toBe('[{}]');
    expect((await call('/v1/vms/vm1?at=7')).text).toBe('{"vmId":"vm1","at":"7"}');
    expect((await call('/v1/vms?imgae=web')).status).toBe(400);
  });

  it('answers 404 for a VM nobody reported', async () => {
    bus.answer(subjects.vm, async () => {
      throw new Fault('VM_NOT_FOUND', 'no VM vm9');
    });
    expect(await call('/v1/vms/vm9')).toMatchObject({ status: 404, error: { code: 'VM_NOT_FOUND' } });
  });

  it('passes on for which agent a join token is asked', async () => {
    bus.answer(subjects.issueJoinToken, async (asked) => asked);
    const asked = async (body: object) => {
      const headers = { [ACTOR_HEADER]: 'ada' };
      const { text } = await call('/v1/join-tokens', { method: 'POST', headers, body: JSON.stringify(body) });
      return JSON.parse(text);
    };
    expect(await asked({ agent_id: 'oak' })).toStrictEqual({ actor: 'ada', agentId: 'oak' });
    expect(await asked({})).toStrictEqual({ actor: 'ada' });
  });

  it('lets one caller ask to join so often in a minute, and says when it may again', async () => {
    let asked = 0;
    bus.answer(subjects.joinAgent, async () => ({ asked: (asked += 1) }));
    const token = `gildjoin_${'0'.repeat(26)}.${'0'.repeat(40)}`;
    const body = JSON.stringify({ token, agentId: 'oak', publicKey: `U${'A'.repeat(55)}`, release: '1' });
    const join = () =>
      fetch(`${gateway.api}/v1/agents/join`, {
        ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
      });
    for (let turn = 0; turn < 20; turn += 1) expect((await join()).status).toBe(200);
    const refused = await join();
    expect([refused.status, asked]).toStrictEqual([429, 20]);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBe(60);
    expect(await refused.json()).toMatchObject({
      error: { code: 'TOO_MANY_REQUESTS', message: expect.stringContaining(`try again in ${seconds} s`) },
    });
  });

  it.each(['', 'Bearer another'])('forbids a request with the token "%s"', async (authorization) => {
    const { status, error } = await call('/v1/policy', { headers: { authorization } });
    expect(status).toBe(401);
    expect(error).toMatchObject({
      code: 'FORBIDDEN_BY_POLICY',
      message: expect.stringContaining('GILD_TOKEN'),
    });
  });

  it('says which service is down', async () => {
    const { status, error } = await call('/health/ready');
    expect(status).toBe(503);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', details: { registry: true, scheduler: false } });
  });

  it('says that a store is full as what passes', async () => {
    bus.answer(subjects.images, async () => {
      throw new Fault('STORE_FULL', 'free some space', { retryable: true });
    });
    const { status, error } = await call('/v1/images');
    expect(status).toBe(503);
    expect(error).toStrictEqual({ code: 'UNAVAILABLE', message: 'free some space' });
  });

  it('says how large a body may be', async () => {
    const body = JSON.stringify({ definition: 'x'.repeat(600_000) });
    const { status, error } = await call('/v1/validate', { method: 'POST', body });
    expect(status).toBe(413);
    expect(error).toStrictEqual({
      code: 'INVALID_REQUEST',
      message: 'the body of a request may have 524288 bytes, found 600017',
    });
  });

  it('takes a body that holds the largest definition', async () => {
    bus.answer(subjects.previewBuild, async () => ({ taken: true }));
    const body = JSON.stringify({ definition: '\n'.repeat(256 * 1024 - 100) });
    expect(await call('/v1/validate', { method: 'POST', body })).toMatchObject({ status: 200 });
  });

  it('refuses a body that is not JSON', async () => {
    const { status, error } = await call('/v1/validate', { method: 'POST', body: '{"definition"' });
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('leaves it to the registry which architectures a definition is valid for', async () => {
    bus.answer(subjects.previewBuild, async (asked) => asked);
    const body = JSON.stringify({ definition: { name: 'web', arch: ['arm64', 'x86_64'] } });
    const { text } = await call('/v1/validate', { method: 'POST', body });
    expect(JSON.parse(text)).toMatchObject({ definition: { arch: ['arm64', 'x86_64'] } });
    expect(JSON.parse(text).options.arch).toBeUndefined();
  });

  it('asks the agent for a plan that the scheduler names for such an image', async () => {
    const definition = { base_os: 'debian', os_version: '12' };
    const build = { imageName: 'web', arch: 'x86_64', definition, inputDigest: 'd' };
    bus.answer(subjects.previewBuild, async () => build);
    const asked: unknown[] = [];
    bus.answer(subjects.agentFor, async (wanted) => {
      asked.push(wanted);
      return { agentId: 'oak' };
    });
    bus.answer(subjects.plan('oak'), async (request) => {
      asked.push(request);
      return { steps: [] };
    });
    const { status } = await call('/v1/plan', { method: 'POST', body: '{"definition":{}}' });
    expect(status).toBe(200);
    expect(asked).toStrictEqual([
      { arch: 'x86_64', distribution: 'debian', release: '12' },
      { inputDigest: 'd', useCache: true },
    ]);
  });

  it('plans for one architecture at a time', async () => {
    const parts = ['x86_64', 'aarch64'].map((arch) => ({ arch, jobId: '', inputDigest: '' }));
    bus.answer(subjects.previewBuild, async () => ({ imageName: 'web', arch: 'x86_64', parts }));
    const { status, error } = await call('/v1/plan', { method: 'POST', body: '{"definition":{}}' });
    expect(status).toBe(400);
    expect(error).toStrictEqual({
      code: 'INVALID_REQUEST',
      message: 'web is built for x86_64, aarch64: a plan is for one of them, choose it with --arch',
    });
  });

  it.each([
    ['Ada%20L%C3%B6we', 'Ada Löwe'],
    ['', 'api'],
  ])('takes the actor "%s" for %s', async (header, actor) => {
    const heard: unknown[] = [];
    const hear = (subject: string) =>
      bus.answer(subject, async (asked) => {
        heard.push(asked);
        return { jobId: JOB, jobIds: [JOB] };
      });
    hear(subjects.requestBuild);
    hear(subjects.cancelBuild);
    const headers = { 'gild-actor': header };
    await call('/v1/builds', { method: 'POST', headers, body: '{"definition":{}}' });
    await call(`/v1/jobs/${JOB}/cancellation`, { method: 'POST', headers });
    expect(heard).toMatchObject([{ actor }, { actor }]);
  });

  it('passes the moment on that a policy is asked for', async () => {
    bus.answer(subjects.policy, async (asked) => asked);
    expect((await call('/v1/policy?at=2026-01-01')).text).toBe('{"at":"2026-01-01"}');
  });

  it.each(['replay', 'taskservs', 'taskservs/nginx', 'images/web/versions/1.0.0/verification'])(
    'does not answer %s of the past with the present',
    async (path) => {
      const { status, error } = await call(`/v1/${path}?at=2026-01-01`);
      expect(status).toBe(400);
      expect(error).toMatchObject({
        code: 'INVALID_REQUEST',
        message: 'at: only the present can be asked for',
      });
    },
  );

  it('passes on which policy is to be replayed over which time', async () => {
    bus.answer(subjects.replayPolicy, async (asked) => asked);
    const { status, text } = await call(
      '/v1/replay/policy?max_parallel_builds=6&cache_enabled=false&default_os=debian&from=3',
    );
    const changes = { max_parallel_builds: 6, cache_enabled: false, default_os: 'debian' };
    expect([status, JSON.parse(text)]).toStrictEqual([200, { changes, from: '3' }]);
    expect((await call('/v1/replay/policy?from=3&from=4')).status).toBe(400);
  });

  it('passes on what is asked of the catalogue', async () => {
    bus.answer(subjects.taskservs, async (asked) => [asked]);
    bus.answer(subjects.taskserv, async (asked) => asked);
    expect((await call('/v1/taskservs')).text).toBe('[{}]');
    expect((await call('/v1/taskservs/nginx')).text).toBe('{"name":"nginx"}');
  });

  it.each(['events', 'logs'])('refuses a job id that is none when asked for its %s', async (what) => {
    const { status, error } = await call(`/v1/jobs/a%20b.*/${what}`);
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('jobId') });
  });

  it('passes a sound job id on', async () => {
    const { error } = await call(`/v1/jobs/${JOB}/events`);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining(subjects.job) });
  });

  it.each([
    [undefined, { job: { job_id: JOB }, created: true }],
    [[JOB], { job: { job_id: JOB }, created: true }],
    [[JOB, OTHER], { job: { job_id: JOB }, jobs: [{ job_id: JOB }, { job_id: OTHER }], created: true }],
  ])('answers a request for builds with the jobs %j', async (jobIds, answer) => {
    bus.answer(subjects.requestBuild, async () => ({ jobId: JOB, jobIds, created: true }));
    bus.answer(subjects.job, async (asked) => ({ job_id: (asked as { jobId: string }).jobId }));
    const { text } = await call('/v1/builds', { method: 'POST', body: '{"definition":{}}' });
    expect(JSON.parse(text)).toStrictEqual(answer);
  });

  it.each([
    ['', { format: 'spdx' }, 'application/spdx+json'],
    [
      '?format=cyclonedx&arch=arm64&at=7',
      { format: 'cyclonedx', arch: 'aarch64', at: '7' },
      'application/vnd.cyclonedx+json; version=1.6',
    ],
  ])('answers with a bill of materials: "%s"', async (query, asked, type) => {
    bus.answer(subjects.sbom, async (it) => it);
    const { status, text, headers } = await call(`/v1/images/web/versions/latest/sbom${query}`);
    expect([status, JSON.parse(text)]).toStrictEqual([200, { image: 'web', version: 'latest', ...asked }]);
    expect(headers.get('content-type')?.replace('; charset=utf-8', '')).toBe(type);
  });

  it.each(['format=xml', 'arch=sparc'])('knows no bill of materials of %s', async (query) => {
    const { status, error } = await call(`/v1/images/web/versions/1.0.0/sbom?${query}`);
    expect([status, error.code]).toStrictEqual([400, 'INVALID_REQUEST']);
  });

  it('says that a list of packages is damaged as what it is', async () => {
    bus.answer(subjects.sbom, async () => {
      throw new Fault('ARTIFACT_DAMAGED', 'web@1.0.0: packages/x is damaged');
    });
    const { status, error } = await call('/v1/images/web/versions/1.0.0/sbom');
    expect([status, error]).toStrictEqual([
      500,
      { code: 'ARTIFACT_DAMAGED', message: 'web@1.0.0: packages/x is damaged' },
    ]);
  });

  it('answers with the signed provenance of the version that is meant', async () => {
    bus.answer(subjects.version, async () => ({ image_name: 'web', version: '1.2.0' }));
    bus.answer(subjects.provenance, async (it) => it);
    const { status, text, headers } = await call('/v1/images/web/versions/latest/provenance?arch=arm64');
    expect([status, JSON.parse(text)]).toStrictEqual([
      200,
      { image: 'web', version: '1.2.0', arch: 'aarch64' },
    ]);
    expect(headers.get('content-type')).toContain('application/vnd.dsse.envelope.v1+json');
    bus.answer(subjects.auditKeys, async () => ({ keys: [] }));
    bus.answer(subjects.rotateKey, async (it) => it);
    bus.answer(subjects.revokeKey, async (it) => it);
    const sent = { 'idempotency-key': 'a-key-of-mine' };
    const posted = async (path: string, body: object) =>
      JSON.parse((await call(path, { method: 'POST', headers: sent, body: JSON.stringify(body) })).text);
    expect(await posted('/v1/audit/keys', { reason: 'yearly' })).toMatchObject({
      ...{ requestId: 'a-key-of-mine', reason: 'yearly' },
    });
    expect(await posted('/v1/audit/keys/c0ffee00/revocation', { reason: 'stolen' })).toMatchObject({
      ...{ requestId: 'a-key-of-mine', keyId: 'c0ffee00', reason: 'stolen' },
    });
    expect(JSON.parse((await call('/v1/audit/keys')).text)).toStrictEqual({ keys: [] });
  });

  it('compares a version with the newest of its image, or with any other', async () => {
    bus.answer(subjects.diff, async (it) => it);
    const asked = async (query: string) =>
      JSON.parse((await call(`/v1/images/web/versions/1.0.0/diff${query}`)).text);
    const a = { image: 'web', version: '1.0.0' };
    expect(await asked('')).toStrictEqual({ a, b: { image: 'web', version: 'latest' } });
    expect(await asked('?to=2.0.0&to_image=shop&arch=x86_64&at=7')).toStrictEqual({
      ...{ a, b: { image: 'shop', version: '2.0.0' } },
      ...{ arch: 'x86_64', at: '7' },
    });
  });

  describe('asked for a disk of a version with several', () => {
    const disks = { x86_64: Buffer.from('for x86_64'), aarch64: Buffer.from('for aarch64') };
    const keyOf = (arch: string) => objectKeys.inputs(sha256(arch));
    beforeAll(async () => {
      const artifacts = Object.entries(disks).map(([arch, bytes]) => ({
        ...{ arch, format: 'raw', path: keyOf(arch), checksum: sha256(bytes.toString()) },
        size_bytes: bytes.length,
      }));
      for (const [arch, bytes] of Object.entries(disks)) await objects.put(keyOf(arch), bytes);
      bus.answer(subjects.version, async (asked) =>
        (asked as { image: string }).image === 'both'
          ? { image_name: 'both', version: '1.0.0', artifacts }
          : { image_name: 'web', version: '1.0.0', artifacts: [artifact] },
      );
    });
    const download = (arch?: string) =>
      call(`/v1/images/both/versions/1.0.0/artifact${arch === undefined ? '' : `?arch=${arch}`}`);

    it.each(['x86_64', 'aarch64'] as const)('sends the one for %s', async (arch) => {
      expect(await download(arch)).toMatchObject({ status: 200, text: disks[arch].toString() });
    });

    it('knows arm64 as another name', async () => {
      expect((await download('arm64')).text).toBe('for aarch64');
    });

    it('assumes nothing, and says which there are', async () => {
      const { status, error } = await download();
      expect(status).toBe(400);
      expect(error).toMatchObject({
        code: 'INVALID_REQUEST',
        message: 'both@1.0.0 has images for x86_64 and aarch64: choose one of them with --arch',
      });
    });

    it('says of a version for one architecture that it has none for another', async () => {
      const { status, error } = await call('/v1/images/web/versions/1.0.0/artifact?arch=aarch64');
      expect(status).toBe(404);
      expect(error.message).toBe('web@1.0.0 has no image for aarch64, only for x86_64');
    });
  });

  describe('asked for a disk', () => {
    const download = () => call('/v1/images/web/versions/1.0.0/artifact');

    it('sends it', async () => {
      expect(await download()).toMatchObject({ status: 200, text: disk.toString() });
    });

    it('says that it is gone', async () => {
      unlinkSync(stored());
      const { status, error } = await download();
      expect(status).toBe(404);
      expect(error).toMatchObject({ code: 'ARTIFACT_NOT_FOUND', message: expect.stringContaining(key) });
    });

    it('breaks off before the end when a bit of it has flipped', async () => {
      const flipped = Buffer.from(disk);
      flipped[0] = (flipped[0] ?? 0) ^ 1;
      writeFileSync(stored(), flipped);
      await expect(download()).rejects.toThrow();
      unlinkSync(stored());
    });

    it('says that it is damaged when bytes are missing', async () => {
      truncateSync(stored(), 3);
      const { status, error } = await download();
      unlinkSync(stored());
      expect(status).toBe(500);
      expect(error).toMatchObject({
        code: 'ARTIFACT_DAMAGED',
        message: expect.stringContaining(`expected ${disk.length} bytes, found 3`),
      });
    });
  });
});
