import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { s3ServerOf, type S3Settings } from './s3-server-of.js';
import { s3Settings } from './service-config.js';

const settings = (given: Partial<S3Settings>): S3Settings => z.object(s3Settings).parse(given);
const keys = { GILD_S3_ACCESS_KEY: 'key', GILD_S3_SECRET_KEY: 'not to be told' } as const;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gild-s3-settings-'));
});
afterEach(() => rm(dir, { recursive: true }));

const file = async (name: string, content: string): Promise<string> => {
  await writeFile(join(dir, name), content);
  return join(dir, name);
};

it('takes keys and the certificate from files', async () => {
  const given = settings({
    GILD_S3_REGION: 'eu-1',
    GILD_S3_ACCESS_KEY_FILE: await file('access', 'key\n'),
    GILD_S3_SECRET_KEY_FILE: await file('secret', 'secret\n'),
    GILD_S3_CA: await file('ca.pem', 'PEM'),
  });
  expect(await s3ServerOf('s3:https://s3.example.org/gild', given)).toStrictEqual({
    location: { host: 's3.example.org', port: 443, tls: true, bucket: 'gild', prefix: '' },
    ...{ region: 'eu-1', accessKey: 'key', secretKey: 'secret', ca: 'PEM' },
  });
});

it('speaks plainly to this host alone, unless that is allowed', async () => {
  const plain = 's3:http://s3.example.org/gild';
  await expect(s3ServerOf(plain, settings(keys))).rejects.toMatchObject({
    code: 'SETTINGS_INVALID',
    message: expect.stringContaining('GILD_S3_PLAINTEXT=allowed'),
  });
  await expect(s3ServerOf('s3:http://127.0.0.1/gild', settings(keys))).resolves.toBeDefined();
  const allowed = settings({ ...keys, GILD_S3_PLAINTEXT: 'allowed' });
  await expect(s3ServerOf(plain, allowed)).resolves.toBeDefined();
});

const at = 's3:https://s3.example.org/gild';
it.each([
  { name: 'GILD_OBJECTS', objects: 's3:https://s3.example.org', given: keys },
  { name: 'GILD_S3_ACCESS_KEY', objects: at, given: {} },
  { name: 'GILD_S3_SECRET_KEY', objects: at, given: { GILD_S3_ACCESS_KEY: 'key' } },
  {
    name: 'GILD_S3_SECRET_KEY_FILE',
    objects: at,
    given: { ...keys, GILD_S3_SECRET_KEY_FILE: '/absent/key' },
  },
])('names $name when it is at fault, and tells no secret', async ({ name, objects, given }) => {
  const fault = await s3ServerOf(objects, settings(given)).catch((error: Error) => error);
  expect(fault).toMatchObject({ code: 'SETTINGS_INVALID', message: expect.stringContaining(name) });
  expect((fault as Error).message).not.toContain('not to be told');
});
