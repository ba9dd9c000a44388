import type { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import { outcomeText } from './build-outcome.js';

const job = {
  job_id: '0000000000984EQEVHT3K65272',
  image_name: 'web',
  image_version: '1.0.0',
  image_config: { disk_format: 'qcow2' },
  status: 'completed',
  duration_seconds: 90,
} as GoldenImageBuildJob;
const version = { image_size_gb: 0.5, checksum: 'c'.repeat(64) } as GoldenImageVersion;

describe('the end of a build', () => {
  it.each([
    ['built', 'web@1.0.0 published in 1 min 30 s:'],
    ['joined', 'web@1.0.0 published in 1 min 30 s by the build under way that this one joined:'],
    ['before', 'web@1.0.0 published before; nothing changed since:'],
  ] as const)('tells a version that was %s', (how, text) => {
    expect(outcomeText({ job, jobs: [job], version, how })).toContain(text);
  });
});
