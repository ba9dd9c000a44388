import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { faultCode } from '@gild/ports';
import { installedPackages } from './installed.js';

const STATUS = 'Package: tool\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n';

let layer: string;
let place: string;
beforeEach(async () => {
  layer = await mkdtemp(join(tmpdir(), 'gild-installed-'));
  place = join(layer, 'var/lib/dpkg/status');
  await mkdir(dirname(place), { recursive: true });
});
afterEach(() => rm(layer, { recursive: true }));

const refusal = async (layers: readonly string[]) =>
  installedPackages(layers).then(
    () => 'listed',
    (error: unknown) => faultCode(error),
  );

it('lists the packages of the highest layer that has a database', async () => {
  await writeFile(place, STATUS);
  const above = join(layer, 'above');
  await mkdir(above);
  expect((await installedPackages([layer, above])).map(({ name }) => name)).toStrictEqual(['tool']);
});

it("reads neither the host's database through a link, nor through a linked folder", async () => {
  await writeFile(join(layer, 'outside'), STATUS);
  await symlink(join(layer, 'outside'), place);
  expect(await refusal([layer])).toBe('PACKAGE_FAILED');
  await rm(join(layer, 'var/lib'), { recursive: true });
  await symlink('/var/lib', join(layer, 'var/lib'));
  expect(await refusal([layer])).toBe('PACKAGE_FAILED');
});

it('waits for no writer of a pipe in its place', async () => {
  execFileSync('mkfifo', [place]);
  expect(await refusal([layer])).toBe('PACKAGE_FAILED');
});

it('does not take a file of any size into memory', async () => {
  await writeFile(place, '');
  await truncate(place, 2 ** 33);
  expect(await refusal([layer])).toBe('PACKAGE_FAILED');
});
