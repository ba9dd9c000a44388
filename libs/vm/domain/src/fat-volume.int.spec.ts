import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fatVolume, type VolumeFile } from './fat-volume.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-fat-'));
const image = join(folder, 'volume.img');
const text = (content: string) => new TextEncoder().encode(content);

// Names of one part, of exactly one, and of several; contents of no cluster, of exactly one, of some, and odd numbers of them.
const FILES: readonly VolumeFile[] = [
  { name: 'meta-data', bytes: text('instance-id: a\n') },
  { name: 'thirteen-char', bytes: text('x'.repeat(512)) },
  { name: 'a-name-of-three-parts-and-more.yaml', bytes: text('y'.repeat(70_001)) },
  { name: 'empty', bytes: new Uint8Array() },
  { name: 'user-data', bytes: text('z'.repeat(1_000_000)) },
];

const host = (program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, MTOOLS_SKIP_CHECK: '0' },
    maxBuffer: 4_000_000,
  });
  return { status, stdout: stdout.toString('latin1'), stderr: stderr.toString() };
};

describe('a volume as others read it', () => {
  beforeAll(() => writeFileSync(image, fatVolume('CIDATA', FILES) ?? ''));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has nothing that fsck.fat finds fault with', () =>
    expect(host('fsck.fat', '-n', '-v', image)).toMatchObject({ status: 0, stderr: '' }));

  it('is known by its label', () =>
    expect(host('mlabel', '-s', '-i', image, '::').stdout.trim()).toBe('Volume label is CIDATA'));

  it.each(FILES)('has the file $name', ({ name, bytes }) => {
    const { stdout } = host('mtype', '-i', image, `::${name}`);
    expect(stdout).toBe(new TextDecoder('latin1').decode(bytes));
  });

  it('has no other files', () =>
    expect(host('mdir', '-b', '-i', image, '::').stdout.trim().split('\n')).toStrictEqual(
      FILES.map(({ name }) => `::/${name}`),
    ));
});
