import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { oneFlight } from '@gild/kernel';
import { processHolds, type ProcessHolds, sweepLeftovers } from '@gild/leftovers';
import { placeFile } from '@gild/node-runtime';
import type { CachedLayer, LayerArchive, LayerCache, LayerOfStep, WantedLayer } from '@gild/ports';
import {
  cacheFolders,
  keysByUse,
  listEntries,
  markUsed,
  prepareFolders,
  readEntry,
  removeEntry,
  removeIf,
  removeStrayArchives,
  temporaryFolder,
  writeEntry,
  type CacheFolders,
} from './cache-folders.js';
import type { LayerEntry } from './layer-entry.js';

const NEAREST = 8;
const GIB = 1_073_741_824;
/** A build that found a layer some time ago may be about to unpack it. */
const IN_USE_MS = 3_600_000;

export type LayerCacheOptions = {
  root: string;
  /** Layers not used for longest go when the archives take more than this; 50 GiB unless told. */
  limitBytes?: number;
};

const cached = (folders: CacheFolders, { key, archive, components }: LayerEntry): CachedLayer => ({
  key,
  archive: {
    path: join(folders.archives, archive.file),
    sha256: archive.sha256,
    sizeBytes: archive.sizeBytes,
  },
  components,
});

const find = async (folders: CacheFolders, key: string): Promise<CachedLayer | undefined> => {
  const entry = await readEntry(folders, key);
  if (entry === undefined) return undefined;
  await markUsed(folders, key);
  return cached(folders, entry);
};

const ofStep = async (folders: CacheFolders, step: string): Promise<readonly LayerOfStep[]> => {
  const entries = await listEntries(folders);
  const found = entries.filter(({ entry }) => entry.step === step);
  return found.slice(0, NEAREST).map(({ entry: { key, components } }) => ({ key, step, components }));
};

/** The archive's name holds its digest: an entry never comes to stand before another one's archive. */
const store = async (
  folders: CacheFolders,
  { key, step, components }: WantedLayer,
  make: (path: string) => Promise<LayerArchive>,
): Promise<CachedLayer> => {
  const dir = await temporaryFolder(folders);
  try {
    const made = await make(join(dir, 'archive'));
    const archive = { file: `${key}-${made.sha256}`, sha256: made.sha256, sizeBytes: made.sizeBytes };
    await placeFile(made.path, join(folders.archives, archive.file));
    const entry = { key, step, archive, components };
    await writeEntry(folders, entry, dir);
    return cached(folders, entry);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const shrink = async (folders: CacheFolders, holds: ProcessHolds, limitBytes: number): Promise<void> => {
  await sweepLeftovers(folders.temporary);
  const entries = await listEntries(folders);
  await removeStrayArchives(folders, new Set(entries.map(({ entry }) => entry.archive.file)), IN_USE_MS);
  let total = 0;
  for (const { entry, usedAtMs } of entries) {
    total += entry.archive.sizeBytes;
    if (total <= limitBytes || Date.now() - usedAtMs <= IN_USE_MS) continue;
    const mayGo = async () => !(await holds.held()).has(entry.key);
    if (await mayGo()) await removeIf(folders, entry, mayGo);
  }
};

const holding = (folders: CacheFolders, holds: ProcessHolds): Pick<LayerCache, 'hold' | 'release'> => {
  return {
    hold: async (key) => {
      await prepareFolders(folders);
      // Held first, looked for then: whoever makes room looks in the opposite order.
      await holds.add(key);
      const layer = await find(folders, key);
      if (layer === undefined) await holds.remove(key);
      return layer;
    },
    release: (key) => holds.remove(key),
  };
};

/**
 * Layers as files below a folder; several processes of a host may share it. An entry is written after its archive and
 * removed before it, so whatever a cut-off leaves behind is no layer.
 */
export const directoryLayerCache = ({ root, limitBytes = 50 * GIB }: LayerCacheOptions): LayerCache => {
  const folders = cacheFolders(root);
  const holds = processHolds(folders.holds);
  const making = oneFlight();
  const make = async (
    wanted: WantedLayer,
    how: (path: string) => Promise<LayerArchive>,
  ): Promise<CachedLayer> => {
    await prepareFolders(folders);
    const present = await find(folders, wanted.key);
    if (present !== undefined) return present;
    const layer = await store(folders, wanted, how);
    await shrink(folders, holds, limitBytes);
    return layer;
  };
  return {
    find: (key) => find(folders, key),
    ...holding(folders, holds),
    ofStep: (step) => ofStep(folders, step),
    recent: async (most) => (await keysByUse(folders)).slice(0, most),
    commit: (wanted, how) => making(wanted.key, () => make(wanted, how)),
    evict: (key) => removeEntry(folders, key),
  };
};
