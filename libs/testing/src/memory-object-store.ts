import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Fault, objectKey, type ObjectSource, type ObjectStore } from '@gild/ports';

const wholeOf = async (source: ObjectSource): Promise<Uint8Array> => {
  if (source instanceof Uint8Array) return Uint8Array.from(source);
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
};

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** An object store for tests that keeps its objects in the given map. Stores on one map are one store. */
export const memoryObjectStore = (objects = new Map<string, Uint8Array>()): ObjectStore => {
  const contentOf = (key: string): Uint8Array => {
    const content = objects.get(key);
    if (content === undefined) throw new Fault('OBJECT_MISSING', `there is no object ${key}`);
    return content;
  };
  const digestOf = (key: string): string | undefined => {
    const content = objects.get(key);
    return content && sha256(content);
  };
  const put: ObjectStore['put'] = async (key, source, expectSha256) => {
    objectKey(key);
    const content = await wholeOf(source);
    const stored = { key, sha256: sha256(content), sizeBytes: content.length };
    const wrong = (expectSha256 ?? stored.sha256) !== stored.sha256;
    const present = digestOf(key);
    const created = present !== stored.sha256;
    const taken = created && present !== undefined && !key.includes(stored.sha256);
    if (wrong || taken) throw new Fault('OBJECT_MISMATCH', `${key} has another digest`);
    if (created) objects.set(key, content);
    return { ...stored, created };
  };
  return {
    put,
    putFile: async (key, path, { expectSha256, signal } = {}) => {
      const content = await readFile(path);
      signal?.throwIfAborted();
      return put(key, content, expectSha256);
    },
    read: async function* (object) {
      const content = await Promise.resolve(contentOf(object.key));
      if (sha256(content) !== object.sha256 || content.length !== object.sizeBytes)
        throw new Fault('OBJECT_DAMAGED', `${object.key} is damaged`);
      yield content;
    },
    readRange: async function* (key, start, end) {
      yield await Promise.resolve(contentOf(key).subarray(start, end));
    },
    head: (key) => {
      const content = objects.get(key);
      return Promise.resolve(content && { sizeBytes: content.length });
    },
    list: async function* (prefix) {
      for (const key of [...objects.keys()].sort())
        if (key.startsWith(prefix)) yield await Promise.resolve(key);
    },
    delete: (key) => Promise.resolve(void objects.delete(key)),
  };
};
