import { memoryObjectStore } from '@gild/testing';
import { vmsUnderTest } from '../vms/vms-under-test.spec.js';
import { registryViews } from '../views/registry-views.js';
import { grantDisk } from './grant-disk.js';

const KEY = 'images/x86_64';
const grants = { get: (key: string) => ({ url: `s3/${key}`, headers: {} }) };

const granting = async () => {
  const { registry, deps } = await vmsUnderTest();
  const views = registryViews(deps);
  const objects = memoryObjectStore(new Map([[KEY, new Uint8Array(7)]]));
  const ask = (request: object) => grantDisk(request, { objects, grants, images: () => views.images() });
  return { registry, ask };
};

it('lets the cache of a host read the disk of a version that may be used, and its size', async () => {
  const { ask } = await granting();
  expect(await ask({ ask: 'get', key: KEY })).toStrictEqual({
    ...{ grant: 'request', url: `s3/${KEY}`, headers: {} },
  });
  expect(await ask({ ask: 'head', key: KEY })).toStrictEqual({ grant: 'size', sizeBytes: 7 });
});

it.each(['images/unknown', 'layers/x86_64', 'logs/job/1/000001'])('grants no reading of %s', async (key) => {
  const { ask } = await granting();
  await expect(ask({ ask: 'get', key })).rejects.toMatchObject({ code: 'VERSION_WITHDRAWN' });
});

it('grants nothing of versions that were revoked, while no other one has the same bytes', async () => {
  const { registry, ask } = await granting();
  const revoke = (version: string) =>
    registry.revoke({
      ...{ image: 'web', version, actor: 'ada', reason: 'it leaks', requestId: `revoke-${version}` },
    });
  await revoke('1.0.0');
  expect(await ask({ ask: 'get', key: KEY })).toMatchObject({ grant: 'request' });
  await revoke('1.1.0');
  await expect(ask({ ask: 'get', key: KEY })).rejects.toMatchObject({ code: 'VERSION_WITHDRAWN' });
});

it('grants no writing, and says what to do where objects lie in a folder', async () => {
  const { registry, ask } = await granting();
  await expect(ask({ ask: 'put', key: KEY })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  await expect(registry.grantDisk({ ask: 'get', key: KEY })).rejects.toMatchObject({
    message: expect.stringContaining('GILD_OBJECTS'),
  });
});
