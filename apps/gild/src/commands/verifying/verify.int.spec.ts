import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GildUnderTest } from '../../gild-under-test.spec.js';
import { sha256, signingFarm } from '../provenance/envelope-under-test.spec.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-verify-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const DISK = 'the disk';
const gild = new GildUnderTest();
const ours = signingFarm();
const theirs = signingFarm();
const key = file('gild.pem', ours.pem);
const BUILT =
  'built by urn:gild:builder:gild/local/host-1/x86_64 (job JOB) from 2026-11-23T09:00:00.000Z to 2026-11-23T09:05:00.000Z';

beforeAll(() => gild.start());
afterAll(() => {
  gild.stop();
  rmSync(folder, { recursive: true });
});

describe('gild verify --key', () => {
  const image = file('web.qcow2', DISK);
  const home = join(folder, 'home');
  const run = (...args: string[]) => gild.run(['verify', ...args]);
  const beside = (document: unknown) => file('web.qcow2.provenance.json', JSON.stringify(document));
  beforeAll(() => {
    gild.env = { GILD_HOME: home };
  });
  beforeEach(async () => beside(await ours.envelopeOf(DISK)));
  afterAll(() => {
    gild.env = undefined;
  });

  it('says which version a file is, who built it and when, and starts no farm', async () => {
    expect(await run(image, '--key', key)).toStrictEqual({
      ...{ code: 0, said: '' },
      stdout: `${image} is web@1.0.0 for x86_64, every byte as signed; ${BUILT}, signed with ${ours.keyId}\n`,
    });
    expect(JSON.parse((await run(image, '--key', key, '--json')).stdout)).toMatchObject({
      ...{ subject: image, verified: true, checksum: sha256(DISK) },
      provenance: [{ image_name: 'web', version: '1.0.0', arch: 'x86_64', job_id: 'JOB' }],
    });
    expect(existsSync(home)).toBe(false);
  });

  it('takes the provenance from another file', async () => {
    const other = file('other.json', readFileSync(`${image}.provenance.json`, 'utf8'));
    rmSync(`${image}.provenance.json`);
    expect(await run(image, '--key', key)).toMatchObject({
      ...{ code: 2, said: expect.stringContaining(`expected the provenance in ${image}.provenance.json`) },
    });
    expect(await run(image, '--key', key, '--provenance', other)).toMatchObject({ code: 0 });
  });

  it('leaves with 1 when the bytes are others, with both digests', async () => {
    const changed = file('changed.qcow2', 'The disk');
    const ran = await run(changed, '--key', key, '--provenance', `${image}.provenance.json`);
    expect(ran).toMatchObject({
      code: 1,
      stdout: `${changed} is not verified: expected sha256 ${sha256(DISK)}, that of web@1.0.0 for x86_64, found ${sha256('The disk')}\n`,
    });
  });

  it('leaves with 1 when the statement was changed, or signed by another', async () => {
    const envelope = await ours.envelopeOf(DISK);
    beside({ ...envelope, payload: (await ours.envelopeOf('other')).payload });
    expect(await run(image, '--key', key)).toMatchObject({
      ...{ code: 1, stdout: expect.stringContaining(`the signature of key ${ours.keyId} is false`) },
    });
    beside(await theirs.envelopeOf(DISK));
    expect(await run(image, '--key', key)).toMatchObject({
      code: 1,
      stdout: `${image} is not verified: expected a signature of the given key (${ours.keyId}), found one of ${theirs.keyId}\n`,
    });
  });

  it.each(['no JSON', '{}'])('leaves with 1 when the provenance is %s', async (text) => {
    file('web.qcow2.provenance.json', text);
    expect(await run(image, '--key', key)).toMatchObject({
      ...{ code: 1, stdout: expect.stringContaining('expected a DSSE envelope') },
    });
  });

  it.each([
    ['what is no file', () => ['web@1.0.0', '--key', key], '--key judges files'],
    ['what is no key', () => [image, '--key', image], 'expected an Ed25519 public key in PEM'],
    ['provenance without a key', () => [image, '--provenance', image], 'expected --key with it'],
  ])('leaves with 2 for %s', async (_, args, said) =>
    expect(await run(...args())).toMatchObject({ code: 2, said: expect.stringContaining(said) }),
  );
});

describe('gild verify with a farm', () => {
  const checksum = sha256(DISK);
  const serves = (answers: Record<string, unknown>) => {
    gild.answer = (request, response) => {
      const answer = answers[request.url?.split('?')[0]?.split('/').at(-1) ?? ''];
      const refused = { error: { code: 'NOT_SIGNED', message: 'not yet' } };
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? refused));
    };
  };
  const verification = {
    ...{ image_name: 'web', version: '1.0.0', verified: true, objects: [{ arch: 'x86_64', checksum }] },
  };
  const registry = {
    versions: [{ image_name: 'web', version: '1.0.0', artifacts: [{ arch: 'x86_64', checksum }] }],
  };
  const keys = { keys: [ours.key, theirs.key] };
  const image = file('again.qcow2', DISK);

  it('tells also who built a version, whichever of its keys signed that', async () => {
    serves({ verification, keys, provenance: await ours.envelopeOf(DISK) });
    expect(await gild.run(['verify', 'web'])).toMatchObject({
      code: 0,
      stdout: `web@1.0.0: every stored byte is as published, x86_64 sha256 ${checksum}; ${BUILT}, signed with ${ours.keyId}\n`,
    });
    serves({ registry, keys, provenance: await theirs.envelopeOf(DISK) });
    expect(await gild.run(['verify', image])).toMatchObject({
      code: 0,
      stdout: `${image} is web@1.0.0, every byte as published; ${BUILT}, signed with ${theirs.keyId}\n`,
    });
  });

  it('says nothing of provenance that is not signed yet', async () => {
    serves({ verification });
    expect(await gild.run(['verify', 'web'])).toMatchObject({
      code: 0,
      stdout: `web@1.0.0: every stored byte is as published, x86_64 sha256 ${checksum}\n`,
    });
  });

  it('leaves with 1 when the provenance is about other bytes, or of a key that is not on record', async () => {
    serves({ verification, keys, provenance: await ours.envelopeOf('other') });
    expect(await gild.run(['verify', 'web'])).toMatchObject({
      ...{ code: 1, stdout: expect.stringContaining(`expected sha256 ${sha256('other')}`) },
    });
    serves({ registry, keys: { keys: [theirs.key] }, provenance: await ours.envelopeOf(DISK) });
    expect(await gild.run(['verify', image])).toMatchObject({
      ...{ code: 1, stdout: expect.stringContaining('its provenance is not verified: expected a signature') },
    });
  });
});

describe('gild provenance', () => {
  const answers = async (disk: string) => {
    const envelope = await ours.envelopeOf(disk);
    gild.answer = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(request.url?.includes('/audit/keys') ? { keys: [ours.key] } : envelope));
    };
    return envelope;
  };

  it('is told to people once its signature was checked', async () => {
    await answers(DISK);
    expect(await gild.run(['provenance', 'web'])).toMatchObject({
      code: 0,
      stdout: [
        'web@1.0.0 for x86_64',
        `  file        web-1.0.0-x86_64.qcow2, sha256 ${sha256(DISK)}`,
        '  built by    urn:gild:builder:gild/local/host-1/x86_64, job JOB',
        '  from        2026-11-23T09:00:00.000Z to 2026-11-23T09:05:00.000Z',
        '  asked by    ada',
        `  made of     build inputs, sha256 ${sha256('inputs')}`,
        `  signed with ${ours.keyId}`,
        '',
      ].join('\n'),
    });
  });

  it('is printed as the envelope it is, or written to a file by which its image is verified', async () => {
    const envelope = await answers(DISK);
    expect(JSON.parse((await gild.run(['provenance', 'web', '--json'])).stdout)).toStrictEqual(envelope);
    const written = join(folder, 'written.json');
    expect(await gild.run(['provenance', 'web', '-o', written])).toMatchObject({ code: 0 });
    const image = file('third.qcow2', DISK);
    expect(await gild.run(['verify', image, '--key', key, '--provenance', written])).toMatchObject({
      code: 0,
    });
  });
});

describe('gild export --provenance', () => {
  const target = join(folder, 'exported.qcow2');
  const left = () => [existsSync(target), existsSync(`${target}.provenance.json`)];
  const serves = async (disk: string, signed: string | undefined) => {
    const envelope = signed === undefined ? undefined : await ours.envelopeOf(signed);
    gild.answer = ({ url = '' }, response) => {
      const answer = url.includes('/audit/keys') ? { keys: [ours.key] } : envelope;
      const refused = { error: { code: 'NOT_SIGNED', message: 'not yet' } };
      if (!url.includes('/artifact'))
        return void response
          .writeHead(answer === undefined ? 404 : 200)
          .end(JSON.stringify(answer ?? refused));
      const headers = { 'gild-sha256': sha256(disk), 'gild-format': 'raw', 'gild-compressed': 'false' };
      response.writeHead(200, { 'content-length': disk.length, ...headers }).end(disk);
    };
  };
  const run = (...args: string[]) => gild.run(['export', 'web', '-o', target, '--provenance', ...args]);
  afterEach(() => {
    rmSync(target, { force: true });
    rmSync(`${target}.provenance.json`, { force: true });
  });

  it('writes what verifies the image without a farm', async () => {
    await serves(DISK, DISK);
    const { code, stdout } = await run('--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { provenance: `${target}.provenance.json` }]);
    expect(await gild.run(['verify', target, '--key', key])).toMatchObject({ code: 0 });
    expect(await run()).toMatchObject({ code: 2 });
    expect(await run('--force')).toMatchObject({ code: 0 });
  });

  it.each([
    ['there is none', { code: 1, said: 'not yet' }, undefined],
    ['it is that of another disk', { code: 1, said: `expected sha256 ${sha256('other')}` }, 'other'],
  ])('writes nothing where %s', async (_, { code, said }, signed) => {
    await serves(DISK, signed);
    expect(await run()).toMatchObject({ code, said: expect.stringContaining(said) });
    expect(left()).toStrictEqual([false, false]);
  });

  it('writes nothing where the disk would be converted', async () => {
    await serves(DISK, DISK);
    expect(await run('--format', 'qcow2')).toMatchObject({
      ...{ code: 2, said: expect.stringContaining('leave out --format') },
    });
    expect(left()).toStrictEqual([false, false]);
  });
});
