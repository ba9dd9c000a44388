import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GildUnderTest } from '../gild-under-test.spec.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-export-'));
const disk = (name: string) => join(folder, name);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('gild export', () => {
  const gild = new GildUnderTest();
  const run = (...args: string[]) => gild.run(args);

  const serves = (bytes: Buffer, { format = 'qcow2', compressed = true, sum = sha256(bytes) } = {}) => {
    gild.answer = (_, response) => {
      response.writeHead(200, {
        'content-length': bytes.length,
        'gild-sha256': sum,
        'gild-format': format,
        'gild-compressed': String(compressed),
      });
      response.end(bytes);
    };
  };
  const made = (name: string, ...args: string[]): Buffer => {
    execFileSync('qemu-img', ['convert', '-f', 'raw', ...args, disk('source'), disk(name)]);
    const bytes = readFileSync(disk(name));
    rmSync(disk(name));
    return bytes;
  };

  const content = Buffer.concat([Buffer.alloc(1 << 20, 'gild'), Buffer.alloc(1 << 20)]);

  beforeAll(() => gild.start());
  beforeEach(() => writeFileSync(disk('source'), content));
  afterEach(() => readdirSync(folder).forEach((name) => rmSync(disk(name))));
  afterAll(() => {
    gild.stop();
    rmSync(folder, { recursive: true });
  });

  const left = () => readdirSync(folder).filter((name) => name !== 'source');

  it('writes the disk as it was published', async () => {
    const bytes = made('a.qcow2', '-O', 'qcow2', '-c');
    serves(bytes);
    const { code, stdout } = await run('export', 'web', '-o', disk('web.qcow2'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toStrictEqual({
      path: disk('web.qcow2'),
      format: 'qcow2',
      converted: false,
      size_bytes: bytes.length,
      checksum: sha256(bytes),
    });
    expect(sha256(readFileSync(disk('web.qcow2')))).toBe(sha256(bytes));
    expect(left()).toStrictEqual(['web.qcow2']);
  });

  it.each([
    ['qcow2', 'raw'],
    ['raw', 'vmdk'],
    ['vmdk', 'qcow2'],
  ])('converts %s to %s', async (from, to) => {
    serves(made(`a.${from}`, '-O', from, ...(from === 'vmdk' ? ['-o', 'subformat=streamOptimized'] : [])), {
      format: from,
      compressed: false,
    });
    expect(await run('export', 'web', '-o', disk('web'), '--format', to)).toMatchObject({ code: 0 });
    expect(left()).toStrictEqual(['web']);
    execFileSync('qemu-img', ['compare', '-f', 'raw', '-F', to, disk('source'), disk('web')]);
  });

  it.each(['raw', 'qcow2'])('unpacks a compressed raw disk to %s', async (to) => {
    serves(execFileSync('zstd', ['-q', '-c', disk('source')]), { format: 'raw' });
    expect(await run('export', 'web', '-o', disk('web'), '--format', to)).toMatchObject({ code: 0 });
    expect(left()).toStrictEqual(['web']);
    execFileSync('qemu-img', ['compare', '-f', 'raw', '-F', to, disk('source'), disk('web')]);
  });

  it('leaves nothing of a disk that is not what was published', async () => {
    serves(content, { sum: sha256(Buffer.from('another')) });
    const { code, said } = await run('export', 'web', '-o', disk('web'), '--format', 'raw');
    expect([code, said]).toStrictEqual([1, expect.stringContaining('nothing was written')]);
    expect(left()).toStrictEqual([]);
  });

  it('leaves nothing of a disk that the server breaks off', async () => {
    gild.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 10, 'gild-sha256': '', 'gild-format': 'raw' });
      response.write('short', () => response.destroy());
    };
    const { code, said } = await run('export', 'web', '-o', disk('web'));
    expect([code, said]).toStrictEqual([4, expect.stringContaining('the server broke off')]);
    expect(left()).toStrictEqual([]);
  });

  it('leaves nothing when interrupted', async () => {
    const interrupt = new AbortController();
    gild.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 10, 'gild-sha256': '', 'gild-format': 'raw' });
      response.write('short', () => interrupt.abort());
    };
    const { code, said } = await gild.run(['export', 'web', '-o', disk('web')], interrupt.signal);
    expect([code, said]).toStrictEqual([130, 'interrupted; nothing was written\n']);
    expect(left()).toStrictEqual([]);
  });

  it('says what stands in the way of the file', async () => {
    serves(content);
    const missing = join(folder, 'no', 'folder');
    expect(await run('export', 'web', '-o', missing)).toMatchObject({
      code: 2,
      said: expect.stringContaining(`cannot write ${missing}`),
    });
    expect(await run('export', 'web', '-o', disk('source'))).toMatchObject({ code: 2 });
    expect(await run('export', 'web', '-o', disk('web'), '--format', 'iso')).toMatchObject({
      code: 2,
      said: '--format: expected qcow2, raw, vmdk, found "iso"',
    });
  });
});
