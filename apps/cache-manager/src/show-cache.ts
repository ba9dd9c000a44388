import type { CacheKeeper } from '@gild/cache-application';
import type { Operations } from '@gild/service-edge';

const GIB = 1_073_741_824;

/** Shows in the metrics what the cache holds; while the farm cannot say where it is, what it held last. */
export const showCache = ({ collect, meter }: Operations, { cache }: Pick<CacheKeeper, 'cache'>): void => {
  collect(async () => {
    const documents = await cache()
      .then((here) => here.documents())
      .catch(() => undefined);
    if (documents === undefined) return;
    const files = new Map(documents.map(({ checksum, disk_size_gb: gb }) => [checksum, gb * GIB]));
    const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
    meter.show('gild_host_cache_images', [{ labels: {}, value: documents.length }]);
    meter.show('gild_host_cache_bytes', [{ labels: {}, value: bytes }]);
  });
};
