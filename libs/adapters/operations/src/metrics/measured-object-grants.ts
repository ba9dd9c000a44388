import type { StoredObject } from '@gild/contracts';
import { faultCode, type ObjectGrants } from '@gild/ports';
import type { Meter } from './meter.js';

/** Measures what agents without keys are granted to store, and what fails of it. */
export const measuredObjectGrants = (grants: ObjectGrants, meter: Meter): ObjectGrants => {
  const failed = (operation: string) => (error: unknown) => {
    meter.count('gild_object_store_failures_total', { operation, code: faultCode(error) ?? 'INTERNAL' });
    throw error;
  };
  const granting = async <T>(object: StoredObject, granted: Promise<T | undefined>) => {
    const grant = await granted.catch(failed('grant'));
    if (grant !== undefined)
      meter.count('gild_object_store_bytes_total', { direction: 'granted' }, object.sizeBytes);
    return grant;
  };
  return {
    ...grants,
    put: (object) => granting(object, grants.put(object)),
    begin: (object) => granting(object, grants.begin(object)),
    complete: (object, uploadId, parts) => grants.complete(object, uploadId, parts).catch(failed('complete')),
  };
};
