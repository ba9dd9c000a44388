import { unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sweepLeftovers } from '@gild/leftovers';
import { systemCode } from '@gild/node-runtime';
import type { ObjectStore } from '@gild/ports';
import { makeFolder, removeEmptyFolders, syncFolder } from './durable-folders.js';
import { objectPath } from './object-path.js';
import { listKeys, readPart, readVerified, sizeOf } from './read-object.js';
import { guarded } from './store-faults.js';
import { writeObject, writeObjectFromFile, type StoreFolders } from './write-object.js';

export type DirectoryObjectStoreOptions = {
  /** Files below these folders are never changed once finished, so the store may link them instead of copying. */
  linkFrom?: readonly string[];
};

const prepare = async (root: string, linkFrom: readonly string[]): Promise<StoreFolders> => {
  const folders = { objects: join(root, 'objects'), temporary: join(root, 'temporary'), linkFrom };
  for (const dir of [folders.objects, folders.temporary])
    await guarded(`making ${dir}`, () => makeFolder(dir));
  await guarded(`sweeping ${folders.temporary}`, () => sweepLeftovers(folders.temporary));
  return folders;
};

const deleteObject = async (root: string, path: string): Promise<void> => {
  try {
    await unlink(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return;
    await guarded(`deleting ${path}`, () => Promise.reject(error as Error));
  }
  await syncFolder(dirname(path));
  await removeEmptyFolders(dirname(path), root);
};

/**
 * Objects as files of one folder, for the owner only. Several processes of a host may share it. What dead processes left
 * half-written is swept at the first use.
 */
export const directoryObjectStore = (
  root: string,
  options: DirectoryObjectStoreOptions = {},
): ObjectStore => {
  const objects = join(root, 'objects');
  const pathOf = (key: string) => objectPath(objects, key);
  let prepared: Promise<StoreFolders> | undefined;
  const folders = (): Promise<StoreFolders> => {
    prepared ??= prepare(root, options.linkFrom ?? []).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
  return {
    put: async (key, source, expectSha256) =>
      writeObject(await folders(), source, { key, path: pathOf(key), expectSha256 }),
    putFile: async (key, file, { expectSha256, signal } = {}) =>
      writeObjectFromFile(await folders(), file, { key, path: pathOf(key), expectSha256, signal }),
    read: (object) => readVerified(pathOf(object.key), object),
    readRange: (key, start, end) => readPart(pathOf(key), key, { start, end }),
    head: async (key) => {
      const sizeBytes = await sizeOf(pathOf(key));
      return sizeBytes === undefined ? undefined : { sizeBytes };
    },
    list: (prefix) => listKeys(objects, prefix),
    delete: (key) => deleteObject(objects, pathOf(key)),
  };
};
