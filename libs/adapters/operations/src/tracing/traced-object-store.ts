import type { ObjectStore } from '@gild/ports';
import { currentCall } from '../call/call-context.js';
import type { Tracing } from './tracing.js';

/** Shows what is stored in the trace of the call it belongs to. */
export const tracedObjectStore = (store: ObjectStore, tracing: Tracing): ObjectStore => ({
  put: (key, source, expectSha256) => shown(() => store.put(key, source, expectSha256), tracing),
  putFile: (key, path, how) => shown(() => store.putFile(key, path, how), tracing),
  read: (object) => store.read(object),
  readRange: (key, start, end) => store.readRange(key, start, end),
  head: (key) => store.head(key),
  list: (prefix) => store.list(prefix),
  delete: (key) => store.delete(key),
});

const shown = async <T extends { sizeBytes: number; created: boolean }>(
  put: () => Promise<T>,
  tracing: Tracing,
): Promise<T> => {
  const call = currentCall();
  if (call === undefined) return put();
  const span = tracing.begin({ name: 'store object', kind: 'client', parent: call.trace });
  try {
    const stored = await put();
    const attributes = {
      'gild.object.bytes': stored.sizeBytes,
      'gild.object.created': String(stored.created),
    };
    span.end({ attributes });
    return stored;
  } catch (error) {
    span.end({ error });
    throw error;
  }
};
