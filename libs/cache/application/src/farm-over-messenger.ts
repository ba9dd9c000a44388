import {
  GoldenImageBuildJob,
  GoldenImageVersion,
  HostCacheRecord,
  ImageBuildPolicy,
  RunningVms,
  subjects,
} from '@gild/contracts';
import { faultCode, type Messenger } from '@gild/ports';
import type { CacheFarm } from './cache-farm.js';

/** Who announces, for the record. */
const actorOf = (host: string): string => `cache of ${host}`;

/** The farm as its services answer on the transport. */
export const farmOverMessenger = ({ request }: Pick<Messenger, 'request'>): CacheFarm => ({
  version: async (image, version) =>
    GoldenImageVersion.parse(await request(subjects.version, { image, version, usable: true })),
  wishes: async (jobId) => {
    try {
      return GoldenImageBuildJob.parse(await request(subjects.job, { jobId })).image_config;
    } catch (error) {
      if (faultCode(error) === 'JOB_NOT_FOUND') return {};
      throw error;
    }
  },
  policy: async () => ImageBuildPolicy.parse(await request(subjects.policy, {})),
  recorded: async (host) => HostCacheRecord.parse(await request(subjects.hostCache, { host })),
  running: async (host) => RunningVms.parse(await request(subjects.vms, { host, state: 'running' })),
  announce: async (host, events, by) => {
    await request(subjects.announceHostCache, { host, actor: actorOf(host), events, ...by });
  },
});
