import type { GoldenImageVersion } from '@gild/contracts';
import type { HttpClient } from '../client/http-client.js';
import { apiPath, get } from './context.js';
import type { ImageReference } from './image-reference.js';

/** The version that had that name at a moment, by its number; as it was named where no moment is given. */
export const namedThen = async (
  named: ImageReference,
  at: string | undefined,
  client: HttpClient,
): Promise<ImageReference> => {
  if (at === undefined) return named;
  const path = apiPath(['images', named.image, 'versions', named.version], { at });
  const { image_name: image, version } = (await get(client, path)) as GoldenImageVersion;
  return { image, version };
};
