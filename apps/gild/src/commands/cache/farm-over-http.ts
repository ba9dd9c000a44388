import type { CacheFarm } from '@gild/cache-application';
import {
  GoldenImageBuildJob,
  GoldenImageVersion,
  HostCacheRecord,
  ImageBuildPolicy,
  RunningVms,
} from '@gild/contracts';
import { faultCode } from '@gild/ports';
import type { HttpClient } from '../../client/http-client.js';
import { apiPath, get } from '../context.js';

/** The farm as its HTTP API answers. */
export const farmOverHttp = (client: HttpClient): CacheFarm => ({
  version: async (image, version) =>
    GoldenImageVersion.parse(
      await get(client, apiPath(['images', image, 'versions', version], { usable: 'true' })),
    ),
  wishes: async (jobId) => {
    try {
      return GoldenImageBuildJob.parse(await get(client, apiPath(['jobs', jobId]))).image_config;
    } catch (error) {
      if (faultCode(error) === 'JOB_NOT_FOUND') return {};
      throw error;
    }
  },
  policy: async () => ImageBuildPolicy.parse(await get(client, apiPath(['policy']))),
  recorded: async (host) => HostCacheRecord.parse(await get(client, apiPath(['hosts', host, 'cache']))),
  running: async (host) => RunningVms.parse(await get(client, apiPath(['vms'], { host, state: 'running' }))),
  announce: async (host, events, by) => {
    const path = apiPath(['hosts', host, 'cache']);
    await client.json({ method: 'POST', path, body: { events, ...by }, repeatable: true });
  },
});
