import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedPackages } from './installed.js';

/** What a machine may have beside packages that are simply installed. */
const STATES = `Package: gild-held
Status: hold ok installed
Version: 1:2.0-1
Architecture: all
Maintainer: Test <test@example.org>
Description: made for a test

Package: gild-rebuilt
Status: install ok installed
Version: 3.0-1+b2
Architecture: amd64
Source: gild-source (3.0-1)
Maintainer: Test <test@example.org>
Description: made for a test

Package: gild-removed
Status: deinstall ok config-files
Version: 1
Architecture: all
Maintainer: Test <test@example.org>
Description: made for a test
`;

const FORMAT =
  '${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\\n';

it('lists what dpkg-query lists, with the same source packages: the packages of this host and some in other states', async () => {
  const layer = await mkdtemp(join(tmpdir(), 'gild-dpkg-'));
  const database = join(layer, 'var/lib/dpkg');
  try {
    await mkdir(join(database, 'info'), { recursive: true });
    const host = await readFile('/var/lib/dpkg/status', 'utf8').catch(() => '');
    await writeFile(join(database, 'status'), `${host.trimEnd()}\n\n${STATES}`.trimStart());
    const environment = { ...process.env, LC_ALL: 'C.UTF-8' };
    const told = execFileSync('dpkg-query', ['--admindir', database, '-W', '-f', FORMAT], {
      ...{ encoding: 'utf8', env: environment, maxBuffer: 2 ** 26 },
    });
    const expected = told.split('\n').filter((line) => line.startsWith('installed '));
    const found = (await installedPackages([layer])).map(({ name, version, arch, source, sourceVersion }) =>
      ['installed', name, version, arch, source, sourceVersion ?? version].join(' '),
    );
    expect(found.sort()).toStrictEqual(expected.sort());
    expect(found).toContain('installed gild-rebuilt 3.0-1+b2 amd64 gild-source 3.0-1');
    expect(told).toContain('config-files gild-removed');
  } finally {
    await rm(layer, { recursive: true });
  }
});
