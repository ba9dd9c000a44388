import { Fault, type ObjectGrants } from '@gild/ports';
import { measuredObjectGrants } from './measured-object-grants.js';
import type { Meter } from './meter.js';

const object = { key: 'layers/a', sha256: 'a', sizeBytes: 7 };

it('counts the bytes that agents are granted, and the uploads that fail', async () => {
  const seen: unknown[] = [];
  const meter: Meter = {
    count: (name, labels, by = 1) => void seen.push([name, labels, by]),
    observe: () => undefined,
    show: () => undefined,
  };
  let there: 'nothing' | 'it' = 'nothing';
  const full = new Fault('STORE_FULL', 'full', { retryable: true });
  const grants: ObjectGrants = {
    put: () => Promise.resolve(there === 'it' ? undefined : { url: 'http://store/', headers: {} }),
    begin: () => Promise.reject(full),
    part: () => ({ url: 'http://store/', headers: {} }),
    complete: () => Promise.reject(full),
    abort: () => Promise.resolve(),
    get: () => ({ url: 'http://store/', headers: {} }),
  };
  const measured = measuredObjectGrants(grants, meter);
  await measured.put(object);
  there = 'it';
  await measured.put(object);
  await expect(measured.begin(object)).rejects.toBe(full);
  await expect(measured.complete(object, 'u', [])).rejects.toBe(full);
  const failure = (operation: string) => [
    ...['gild_object_store_failures_total', { operation, code: 'STORE_FULL' }, 1],
  ];
  expect(seen).toStrictEqual([
    ['gild_object_store_bytes_total', { direction: 'granted' }, 7],
    failure('grant'),
    failure('complete'),
  ]);
});
