import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryObjectStore } from '@gild/object-store-directory';
import { smallDisk } from '@gild/testing';
import { runProcess } from './run-process.js';
import { imageBytes, wantedImage } from './wanted-image.js';

const { path, under, itOnDisk } = smallDisk('row 23, a host cache on a full disk', '2m');
const store = mkdtempSync(join(tmpdir(), 'gild-cache-store-'));
afterAll(() => rmSync(store, { recursive: true }));

itOnDisk('row 23: a disk that fills up meanwhile costs one filling, and nothing that is in use', async () => {
  for (const number of [1, 2])
    await directoryObjectStore(store).put(wantedImage(number).object.key, imageBytes(number));
  const { lines } = await runProcess({ task: 'fill', root: join(path, 'cache'), store, under });
  expect(lines.filter((line) => !line.startsWith('announced'))).toStrictEqual([
    'second CACHE_FULL',
    'partial 0',
    'first image-1',
    'again true',
  ]);
});
