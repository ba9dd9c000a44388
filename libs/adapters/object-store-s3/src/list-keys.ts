import type { S3Calls } from './s3-calls.js';
import type { S3Context } from './s3-server.js';

const PAGE = 1_000;

/** Keys that begin with the text, page by page, in the order of the server, which is that of their bytes. */
export async function* listKeys(
  calls: S3Calls,
  { server }: S3Context,
  beginning: string,
): AsyncGenerator<string> {
  const { bucket, prefix } = server.location;
  let token = '';
  do {
    const page = await calls.call(`GET ?list ${prefix}${beginning}`, (client) =>
      client.listObjectsV2Query(bucket, prefix + beginning, token, '', PAGE, ''),
    );
    for (const { name } of page.objects) if (name !== undefined) yield name.slice(prefix.length);
    token = page.isTruncated ? page.nextContinuationToken : '';
  } while (token !== '');
}
