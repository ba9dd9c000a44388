import type { EvictionReason, GoldenImageCache } from '@gild/contracts';
import { bytes, printable } from '../../output/format.js';
import { table } from '../../output/table.js';
import type { CleanedDocument } from './clean.js';
import type { CacheNumbers } from './look.js';
import type { VerifiedDocument } from './verify.js';

const GIB = 1_073_741_824;

/** One line per entry. */
export const cacheTable = (entries: readonly GoldenImageCache[]): string =>
  entries.length === 0
    ? 'the cache is empty\n'
    : table(
        ['image', 'arch', 'host', 'size', 'used', 'hits', 'kept until', 'path'],
        entries.map((entry) => [
          `${entry.image_name}@${entry.image_version}`,
          entry.arch,
          entry.host,
          bytes(entry.disk_size_gb * GIB),
          entry.accessed_at,
          `${entry.hit_count} of ${entry.access_count}`,
          entry.expires_at,
          entry.storage_path,
        ]),
      );

const several = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const statsText = (found: CacheNumbers): string => {
  const ratio = found.hit_ratio === null ? 'never asked' : `${Math.round(found.hit_ratio * 100)} %`;
  const files = several(found.files, 'file', 'files');
  const vms = several(found.vms, 'VM runs', 'VMs run');
  const rows = [
    ['host', found.host],
    ['entries', `${found.entries} in ${files}, ${found.files_in_use} of them in use; ${vms} from them`],
    ['size', `${bytes(found.cached_bytes)} of ${bytes(found.max_cache_bytes)}`],
    ['hits', `${found.hits}, misses ${found.misses}, hit ratio ${ratio}`],
    ['evictions', `${found.evictions}; found damaged ${found.damaged}`],
    ['remains', `${bytes(found.rest_bytes)} of pulls cut off and of damaged files`],
    ['free disk', `${bytes(found.disk_free_bytes)} of ${bytes(found.disk_total_bytes)}`],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(10)} ${value}\n`).join('');
};

type Named = { image_name: string; image_version: string; arch: string };

const nameOf = ({ image_name: image, image_version: version, arch }: Named): string =>
  `${image}@${version} for ${arch}`;

export const verifiedText = (entries: readonly VerifiedDocument[]): string =>
  entries.length === 0
    ? 'the cache is empty: nothing to verify\n'
    : entries.map((entry) => `${printable(`${nameOf(entry)}: ${verdictOf(entry)}`)}\n`).join('');

const verdictOf = (entry: VerifiedDocument): string => {
  switch (entry.outcome) {
    case 'sound':
      return `every byte is right, sha256 ${entry.checksum}`;
    case 'gone':
      return 'it was removed before it was read';
    case 'refetched':
      return `was damaged${foundText(entry)}; fetched again, and right now`;
    case 'damaged':
      return `is damaged${foundText(entry)}, and could not be fetched again: ${entry.message ?? ''}`;
  }
};

const foundText = ({ checksum, ...found }: VerifiedDocument): string =>
  found.found_checksum === undefined
    ? ''
    : ` (expected sha256 ${checksum}, found ${found.found_checksum} in ${found.found_bytes ?? 0} bytes; put aside as ${found.quarantine_path ?? ''})`;

const WHY_REMOVED: Record<EvictionReason, string> = {
  expired: 'its time was over',
  size: 'the cache was larger than the policy lets it be',
  disk: 'the disk had less room than the policy keeps free',
  requested: 'nobody needs it now',
  missing: 'it was not there any more',
};

export const cleanedText = ({ removed, kept }: CleanedDocument): string => {
  const lines = [
    ...removed.map((one) => `removed ${nameOf(one)} (${bytes(one.size_bytes)}): ${WHY_REMOVED[one.reason]}`),
    ...kept.map((one) => `kept ${nameOf(one)} (${bytes(one.size_bytes)}): ${whyKept(one)}`),
  ];
  return lines.length === 0 ? 'the cache is empty\n' : lines.map((line) => `${line}\n`).join('');
};

const whyKept = ({ why, vms, expires_at: end }: CleanedDocument['kept'][number]): string => {
  if (why === 'not_expired') return `until ${end}`;
  return vms.length === 0 ? 'it is being read or filled' : `in use by VM ${vms.join(', ')}`;
};
