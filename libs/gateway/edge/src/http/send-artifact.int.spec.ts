import { createHash } from 'node:crypto';
import { objectKeys, subjects } from '@gild/contracts';
import { GatewayUnderTest } from './gateway-under-test.spec.js';

const disk = Buffer.from('0123456789');
const checksum = createHash('sha256').update(disk).digest('hex');
const path = objectKeys.artifact(checksum, '.qcow2');

describe('a disk that is asked for in ranges', () => {
  const gateway = new GatewayUnderTest();
  let asked: unknown;
  beforeAll(async () => {
    await gateway.start();
    await gateway.objects.put(path, disk);
    const artifacts = [{ arch: 'x86_64', format: 'qcow2', path, checksum, size_bytes: disk.length }];
    gateway.bus.answer(subjects.version, async (query) => {
      asked = query;
      return { image_name: 'web', version: '1.0.0', artifacts };
    });
  });
  afterAll(() => gateway.stop());

  const get = (headers: Record<string, string>) =>
    gateway.call('/v1/images/web/versions/1.0.0/artifact', { headers });

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-10', '0123456789', 'bytes 0-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('is sent as far as %s says', async (range, text, told) => {
    const answer = await get({ range });
    expect(answer).toMatchObject({ status: 206, text });
    expect(answer.headers.get('content-range')).toBe(told);
    expect(answer.headers.get('gild-sha256')).toBe(checksum);
  });

  it.each([
    ['no range', {}],
    ['several ranges', { range: 'bytes=0-1,4-5' }],
    ['another unit', { range: 'lines=0-1' }],
    ['a range of other bytes', { range: 'bytes=0-1', 'if-range': '"another"' }],
  ])('is sent whole for %s', async (_, headers) =>
    expect(await get(headers as Record<string, string>)).toMatchObject({ status: 200, text: '0123456789' }),
  );

  it.each(['bytes=10-12', 'bytes=-0'])('is refused for %s with how long it is', async (range) => {
    const answer = await get({ range });
    expect(answer).toMatchObject({
      status: 416,
      error: { code: 'INVALID_REQUEST', message: `the disk has 10 bytes, found "Range: ${range}"` },
    });
    expect(answer.headers.get('content-range')).toBe('bytes */10');
  });

  it('is told of, and not read, where only its headers are asked for', async () => {
    const answer = await gateway.call('/v1/images/web/versions/1.0.0/artifact', {
      ...{ method: 'HEAD', headers: { range: 'bytes=2-4' } },
    });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('content-length')).toBe('10');
    expect(answer.headers.get('content-range')).toBeNull();
  });

  it('is looked for among the versions that may be used, and so is a version where that is asked', async () => {
    const usable = { image: 'web', version: '1.0.0', usable: true };
    await get({});
    expect(asked).toStrictEqual(usable);
    await gateway.call('/v1/images/web/versions/1.0.0?usable=true');
    expect(asked).toStrictEqual(usable);
    await gateway.call('/v1/images/web/versions/1.0.0');
    expect(asked).toStrictEqual({ image: 'web', version: '1.0.0' });
  });
});
