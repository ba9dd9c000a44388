import { faultCode, type Clock, type ObjectStore } from '@gild/ports';
import type { Meter } from './meter.js';

/** Measures bytes that go in and out, the time that storing takes, and failures. */
export const measuredObjectStore = (store: ObjectStore, meter: Meter, clock: Clock): ObjectStore => {
  const measure = { meter, clock };
  return {
    put: (key, source, expectSha256) => stored(store.put(key, source, expectSha256), measure),
    putFile: (key, path, how) => stored(store.putFile(key, path, how), measure),
    read: (object) => counted(store.read(object), measure),
    readRange: (key, start, end) => counted(store.readRange(key, start, end), measure),
    head: (key) => store.head(key).catch(failed('head', measure)),
    list: (prefix) => store.list(prefix),
    delete: (key) => store.delete(key).catch(failed('delete', measure)),
  };
};

type Measure = { meter: Meter; clock: Clock };

const failed =
  (operation: string, { meter }: Measure) =>
  (error: unknown): never => {
    meter.count('gild_object_store_failures_total', { operation, code: faultCode(error) ?? 'INTERNAL' });
    throw error;
  };

const stored = async <T extends { created: boolean; sizeBytes: number }>(
  put: Promise<T>,
  measure: Measure,
): Promise<T> => {
  const { meter, clock } = measure;
  const begun = clock.monotonicMs();
  const observe = (outcome: string) =>
    meter.observe('gild_object_store_put_seconds', { outcome }, (clock.monotonicMs() - begun) / 1000);
  try {
    const result = await put;
    observe(result.created ? 'written' : 'known');
    if (result.created)
      meter.count('gild_object_store_bytes_total', { direction: 'written' }, result.sizeBytes);
    return result;
  } catch (error) {
    observe('failed');
    return failed('put', measure)(error);
  }
};

const counted = async function* (
  pieces: AsyncIterable<Uint8Array>,
  measure: Measure,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pieces) {
      measure.meter.count('gild_object_store_bytes_total', { direction: 'read' }, piece.length);
      yield piece;
    }
  } catch (error) {
    failed('read', measure)(error);
  }
};
