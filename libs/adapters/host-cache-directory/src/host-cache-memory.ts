import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CacheId } from '@gild/contracts';
import { ifPresent, placeFile, sha256, syncPath } from '@gild/node-runtime';
import { Fault, type HostCacheMemory } from '@gild/ports';
import { z } from 'zod';
import { guarded } from './cache-faults.js';
import { makeFolder } from './cache-folders.js';
import { readJson } from './json-file.js';

const MACHINE_ID = '/etc/machine-id';
const ID_FILE = 'cache-id';
const PLACES = z.array(z.string().startsWith('/'));
const ID_DIGITS = 32;

/** Not the machine's id itself, which machine-id(5) has programs keep to themselves. */
const ofMachine = async (file: string): Promise<string | undefined> => {
  const id = (await ifPresent(readFile(file, 'utf8')))?.trim() ?? '';
  return /^[0-9a-f]{32}$/.test(id) ? sha256(`gild host cache ${id}`).slice(0, ID_DIGITS) : undefined;
};

/** One of the host's own where its system has none, as in a container: made once, by whoever is first. */
const ofFile = async (root: string): Promise<string> => {
  const path = join(root, ID_FILE);
  const known = await ifPresent(readFile(path, 'utf8'));
  if (known !== undefined) return checkedId(known.trim(), path);
  await makeFolder(root);
  const draft = join(root, `${ID_FILE}.${randomUUID()}`);
  await writeFile(draft, `${randomBytes(ID_DIGITS / 2).toString('hex')}\n`, { mode: 0o600, flush: true });
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  await syncPath(root);
  return checkedId((await readFile(path, 'utf8')).trim(), path);
};

const checkedId = (id: string, path: string): string => {
  if (CacheId.safeParse(id).success) return id;
  throw new Fault(
    'CACHE_IO',
    `${path}: expected 32 hex digits, which tell this cache from others, found "${id.slice(0, 40)}"; remove the file, and then gild cache take-over on this host`,
  );
};

/** In the folder where the cache of a host usually is; the identity is the machine's where it has one (machine-id(5)). */
export const hostCacheMemory = (root: string, machineId = MACHINE_ID): HostCacheMemory => {
  const path = join(root, 'places.json');
  const places = async (): Promise<readonly string[]> => {
    const known = await readJson(path, PLACES);
    return known === undefined || known === 'damaged' ? [] : known;
  };
  const addPlace = async (place: string): Promise<void> => {
    const known = await places();
    if (known.includes(place)) return;
    await makeFolder(root);
    const draft = join(root, `places.${randomUUID()}`);
    await writeFile(draft, `${JSON.stringify([...known, place])}\n`, { mode: 0o600 });
    await placeFile(draft, path);
  };
  return {
    cacheId: () =>
      guarded(`reading the identity of ${root}`, async () => (await ofMachine(machineId)) ?? ofFile(root)),
    places: () => guarded(`reading ${path}`, places),
    addPlace: (place) => guarded(`writing ${path}`, () => addPlace(place)),
  };
};
