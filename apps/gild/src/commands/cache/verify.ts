import type { VerifiedEntry, VersionReference } from '@gild/cache-application';
import type { GoldenImageVersion, CacheAnnouncement } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { EXIT } from '../../exit-codes.js';
import { apiPath, type Context, get, printer } from '../context.js';
import { parseImageReference } from '../image-reference.js';
import { type CacheFlags, type CacheHere, withCache } from './cache-here.js';
import { verifiedText } from './cache-text.js';

/** What was found of one entry. */
export type VerifiedDocument = {
  image_name: string;
  image_version: string;
  arch: string;
  checksum: string;
  outcome: VerifiedEntry['outcome'];
  /** Why it could not be fetched again. */
  message?: string;
  found_checksum?: string;
  found_bytes?: number;
  quarantine_path?: string;
};

/** Reads every byte of the cache, or of one version in it. */
export const verify = (reference: string | undefined, flags: CacheFlags, context: Context): Promise<void> => {
  if (reference !== undefined) parseImageReference(reference);
  return withCache(context, flags, async (here) => {
    const only = reference === undefined ? undefined : await namedHere(reference, here);
    const entries = await here.cache.verify(only);
    const found = entries.map((entry) => documentOf(entry, here.announced));
    if (found.some(({ outcome }) => outcome === 'damaged')) context.setExitCode(EXIT.failed);
    printer(context, flags)(found, verifiedText);
  });
};

/** A number is looked for in the cache alone: whatever became of the version, its copy can be read. */
const namedHere = async (
  reference: string,
  { client, cache, host }: CacheHere,
): Promise<VersionReference> => {
  const { image, version: asked } = parseImageReference(reference);
  const isNumber = asked !== 'latest' && !asked.startsWith(':');
  const version = isNumber ? asked : await numberOf([image, asked], client);
  const isHere = ({ image_name, image_version }: { image_name: string; image_version: string }) =>
    image_name === image && image_version === version;
  if ((await cache.documents()).some(isHere)) return { imageName: image, version };
  throw new Fault(
    'CACHE_ENTRY_NOT_FOUND',
    `${image}@${version} is not in the cache of ${host}; gild cache ls lists what is`,
  );
};

const numberOf = async (
  [image, version]: readonly [string, string],
  client: CacheHere['client'],
): Promise<string> =>
  ((await get(client, apiPath(['images', image, 'versions', version]))) as GoldenImageVersion).version;

const documentOf = (entry: VerifiedEntry, announced: readonly CacheAnnouncement[]): VerifiedDocument => ({
  image_name: entry.imageName,
  image_version: entry.version,
  arch: entry.arch,
  checksum: entry.sha256,
  outcome: entry.outcome,
  ...(entry.outcome === 'damaged' && { message: entry.message }),
  ...damageOf(entry, announced),
});

const damageOf = ({ sha256 }: VerifiedEntry, announced: readonly CacheAnnouncement[]) => {
  const event = announced.find((one) => one.type === 'CacheEntryDamaged' && one.data.sha256 === sha256);
  if (event?.type !== 'CacheEntryDamaged') return {};
  const { foundSha256, foundBytes, quarantinePath } = event.data;
  return { found_checksum: foundSha256, found_bytes: foundBytes, quarantine_path: quarantinePath };
};
