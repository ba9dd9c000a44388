import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { changeRecipe } from '@gild/contracts';
import { linuxSandbox } from '@gild/sandbox-linux';
import { clockOfTheHost } from '@gild/testing';
import { debianToolchain } from '../debian-toolchain.js';

// Makes a layer on the host's own tree, by a script that writes more than the disk at argv[2] takes.
const disk = process.argv[2] ?? '';
const places = { work: join(disk, 'work'), cache: join(disk, 'cache'), upper: join(disk, 'layers/upper') };
for (const path of Object.values(places)) await mkdir(path, { recursive: true });
const content = 'set -e\nhead -c 1G /dev/zero >/filling\n';
const recipe = changeRecipe('filling', { scripts: [{ name: 'fill', content }] });
const result = await debianToolchain({ sandbox: linuxSandbox(), clock: clockOfTheHost })
  .build(
    {
      target: { distribution: 'debian', release: '12', arch: 'x86_64' },
      recipe,
      resolved: { packages: [] },
      repositoriesBelow: [],
      lower: ['/'],
      upper: places.upper,
    },
    {
      workDir: places.work,
      cacheDir: places.cache,
      log: () => undefined,
      signal: new AbortController().signal,
      idleLimitMs: 60_000,
    },
  )
  .then(
    () => 'made',
    (error: { code?: string; retryable?: boolean }) => `${error.code} ${error.retryable}`,
  );
console.log(result);
console.log(`work ${(await readdir(places.work)).length}`);
console.log(`layers ${(await readdir(join(disk, 'layers'))).join(' ')}`);
