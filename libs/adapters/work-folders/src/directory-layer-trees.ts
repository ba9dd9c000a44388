import { randomUUID } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftover, ownerName } from '@gild/leftovers';
import { oneFlight } from '@gild/kernel';
import type { LayerTrees, Sandbox } from '@gild/ports';
import { lazily } from './lazily.js';

export type LayerTreesOptions = {
  root: string;
  sandbox: Sandbox;
  /** Trees kept beyond those in use; the ones not used for longest go. */
  spare?: number;
};

/** With less of the disk free only trees in use stay. */
const ENOUGH_FREE = 0.15;
const TREE = /^([0-9a-f-]{36})\.([0-9a-f]{64})$/;

type Held = ReadonlyMap<string, number>;
type Place = { root: string; sandbox: Sandbox; bootId: string };

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const treePath = ({ root, bootId }: Place, key: string): string => join(root, `${bootId}.${key}`);

/** Beside the tree, whose own times are part of an image. */
const usePath = (place: Place, key: string): string => `${treePath(place, key)}.used`;

/**
 * Takes a tree that nobody holds out of its place at once; removing it takes its time. Runs as the key's work, which
 * whoever holds the tree after the look at its holders waits for.
 */
const takeOut = async (place: Place, key: string, held: Held): Promise<string | undefined> => {
  const doomed = join(place.root, await ownerName(randomUUID()));
  if (held.has(key) || !(await isThere(treePath(place, key)))) return undefined;
  await rename(treePath(place, key), doomed);
  await rm(usePath(place, key), { force: true });
  return doomed;
};

/** Removes what dead processes were unpacking. */
const sweep = async (root: string, sandbox: Sandbox): Promise<void> => {
  for (const name of await readdir(root)) {
    const path = join(root, name);
    if (await isLeftover(name, path)) await sandbox.remove(path);
  }
};

/** Removes trees of an earlier start of the host, and what dead processes were unpacking. */
const prepare = async ({ root, sandbox }: Omit<LayerTreesOptions, 'spare'>): Promise<Place> => {
  await mkdir(root, { recursive: true, mode: 0o711 });
  // Ids of a sandbox pass through it; the folder above keeps everybody else of the host out.
  await chmod(root, 0o711);
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  for (const name of await readdir(root)) {
    const isOfEarlierStart = /^[0-9a-f-]{36}\./.test(name) && !name.startsWith(bootId);
    if (isOfEarlierStart) await sandbox.remove(join(root, name));
  }
  await sweep(root, sandbox);
  return { root, sandbox, bootId };
};

const unpackTree = async (
  place: Place,
  key: string,
  unpack: (folder: string) => Promise<void>,
): Promise<void> => {
  const folder = join(place.root, await ownerName(randomUUID()));
  try {
    await mkdir(folder, { mode: 0o755 });
    await unpack(folder);
    await rename(folder, treePath(place, key));
  } finally {
    await place.sandbox.remove(folder);
  }
};

const noteUse = async (place: Place, key: string): Promise<string> => {
  const path = usePath(place, key);
  await writeFile(path, '');
  const now = new Date();
  await utimes(path, now, now);
  return treePath(place, key);
};

/** Keys of the trees nobody holds, the one used last first. */
const spareTrees = async (place: Place, held: Held): Promise<readonly string[]> => {
  const names = await readdir(place.root);
  const keys = names.flatMap((name) => TREE.exec(name)?.[2] ?? []).filter((key) => !held.has(key));
  const used = await Promise.all(
    keys.map(async (key) => ({
      key,
      ms: (await stat(usePath(place, key)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  return used.sort((a, b) => b.ms - a.ms).map(({ key }) => key);
};

type Once = (key: string, work: () => Promise<void>) => Promise<void>;
type Sharing = { held: Held; once: Once };

/** Removes a tree that nobody holds. */
const removeTree = async (place: Place, key: string, { held, once }: Sharing): Promise<void> => {
  let doomed: string | undefined;
  await once(key, async () => {
    doomed = await takeOut(place, key, held);
  });
  if (doomed !== undefined) await place.sandbox.remove(doomed);
};

const shrink = async (place: Place, sharing: Sharing, spare: number): Promise<void> => {
  const { bavail, blocks } = await statfs(place.root);
  const stay = bavail / Math.max(1, blocks) < ENOUGH_FREE ? 0 : spare;
  for (const key of (await spareTrees(place, sharing.held)).slice(stay))
    await removeTree(place, key, sharing);
  await sweep(place.root, place.sandbox);
};

/** How often each tree is held. */
const holders = () => {
  const held = new Map<string, number>();
  return {
    held: held as ReadonlyMap<string, number>,
    add: (key: string): void => void held.set(key, (held.get(key) ?? 0) + 1),
    letGo: (key: string): void => {
      const others = (held.get(key) ?? 1) - 1;
      if (others > 0) held.set(key, others);
      else held.delete(key);
    },
  };
};

/** Trees as folders of one process, on the file system where builds work. The sandbox's ids own what is in them. */
export const directoryLayerTrees = ({ root, sandbox, spare = 16 }: LayerTreesOptions): LayerTrees => {
  const { held, add, letGo } = holders();
  const once = oneFlight();
  const ready = lazily(() => prepare({ root, sandbox }));
  const outdated = new Set<string>();

  const removeOutdated = async (key: string): Promise<void> => {
    if (!outdated.has(key) || held.has(key)) return;
    await removeTree(await ready(), key, { held, once });
    // Held again meanwhile: then it goes when that holder lets it go.
    if (!held.has(key)) outdated.delete(key);
  };

  /** Held before it is looked for, so that nobody removes it meanwhile. */
  const holding = async (key: string, make: (place: Place) => Promise<void>): Promise<string> => {
    add(key);
    try {
      const place = await ready();
      // A removal that began before is waited for; then there is no tree, and it is made.
      const isMade = () => isThere(treePath(place, key));
      const makeIfAbsent = async () => {
        if (!(await isMade())) await make(place);
      };
      do await once(key, makeIfAbsent);
      while (!(await isMade()));
      return await noteUse(place, key);
    } catch (error) {
      letGo(key);
      throw error;
    }
  };

  return {
    hold: (key, unpack) => holding(key, (place) => unpackTree(place, key, unpack)),
    keep: (key, folder) => holding(key, (place) => rename(folder, treePath(place, key))),
    evict: (key) => {
      outdated.add(key);
      return removeOutdated(key);
    },
    release: async (key) => {
      letGo(key);
      await removeOutdated(key);
      await shrink(await ready(), { held, once }, spare);
    },
  };
};
