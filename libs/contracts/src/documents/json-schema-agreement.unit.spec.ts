import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { z } from 'zod';
import { GoldenImageBuildJob } from './golden-image-build-job.js';
import { GoldenImageCache } from './golden-image-cache.js';
import { GoldenImageConfigDocument } from './golden-image-config.js';
import { GoldenImageRegistry } from './golden-image-registry.js';
import { GoldenImageVersion } from './golden-image-version.js';
import { DEFAULT_POLICY, ImageBuildPolicyDocument } from './image-build-policy.js';
import { ImageBuildStepsDocument } from './image-build-steps.js';
import { resolveDefinition } from './resolve-definition.js';

const ROOT = `${import.meta.dirname}/../../../../`;

// Formats are left to the patterns that stand beside them; `errorMessage` is for editors.
const ajv = new Ajv2020({ allErrors: true, validateFormats: false, strictTypes: false }).addKeyword(
  'errorMessage',
);

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'golden-image-config': GoldenImageConfigDocument,
  'golden-image-build-job': GoldenImageBuildJob,
  'golden-image-version': GoldenImageVersion,
  'golden-image-cache': GoldenImageCache,
  'image-build-steps': ImageBuildStepsDocument,
  'image-build-policy': ImageBuildPolicyDocument,
  'golden-image-registry': GoldenImageRegistry,
};

const committed = (name: string): object =>
  JSON.parse(readFileSync(`${ROOT}docs/generated/schemas/${name}.schema.json`, 'utf8')) as object;

const validators = new Map(Object.keys(SCHEMAS).map((name) => [name, ajv.compile(committed(name))] as const));

const answers = (name: string, value: unknown) => ({
  zod: SCHEMAS[name]?.safeParse(value).success,
  ajv: validators.get(name)?.(value),
});

const NOW = '2026-03-01T12:00:00Z';
const SHA256 = 'a'.repeat(64);
const ULID = '01JQ4Z5N8V6W3X2Y1T0S9R8Q7P';

const job = {
  job_id: ULID,
  image_name: 'web',
  image_version: '1.0.0',
  image_config: resolveDefinition({ name: 'web' }),
  status: 'queued',
  arch: 'x86_64',
};
const version = {
  image_name: 'web',
  version: '1.0.0',
  build_number: 1,
  created_at: NOW,
  created_by: 'ada',
  image_path: 'images/a.qcow2',
  image_size_gb: 0.4,
  checksum: SHA256,
  build_job_id: ULID,
  state: 'published',
  arch: 'x86_64',
};
const cache = {
  cache_id: 'c',
  image_name: 'web',
  image_version: '1.0.0',
  storage_path: '/c',
  storage_format: 'qcow2',
  disk_size_gb: 0.4,
  cached_at: NOW,
  accessed_at: NOW,
  expires_at: NOW,
  ttl_days: 30,
  is_valid: true,
  checksum: SHA256,
  host: 'h1',
  arch: 'x86_64',
};
const registry = {
  registry_id: 'r',
  location: '/srv/gild',
  created_at: NOW,
  images: { web: job.image_config },
  versions: [version],
  builds: [job],
  cache: [cache],
  policy: DEFAULT_POLICY,
};

type Case = readonly [document: string, value: unknown, sound: boolean];

const definition = (fields: object, sound: boolean): Case => [
  'golden-image-config',
  { name: 'web', ...fields },
  sound,
];
const policy = (fields: object, sound: boolean): Case => ['image-build-policy', fields, sound];
const jobWith = (fields: object, sound: boolean): Case => [
  'golden-image-build-job',
  { ...job, ...fields },
  sound,
];
const versionWith = (fields: object, sound: boolean): Case => [
  'golden-image-version',
  { ...version, ...fields },
  sound,
];
const cacheWith = (fields: object, sound: boolean): Case => [
  'golden-image-cache',
  { ...cache, ...fields },
  sound,
];
const registryWith = (fields: object, sound: boolean): Case => [
  'golden-image-registry',
  { ...registry, ...fields },
  sound,
];

const CASES: readonly Case[] = [
  definition({}, true),
  ['golden-image-config', {}, false],
  ['golden-image-config', [], false],
  ['golden-image-config', null, false],
  definition({ name: 'a'.repeat(255) }, true),
  definition({ name: 'a'.repeat(256) }, false),
  definition({ name: '' }, false),
  definition({ name: '-a' }, false),
  definition({ name: 'a\n' }, false),
  definition({ disk_size_gb: 10 }, true),
  definition({ disk_size_gb: 500 }, true),
  definition({ disk_size_gb: 9 }, false),
  definition({ disk_size_gb: 501 }, false),
  definition({ disk_size_gb: 10.5 }, false),
  definition({ disk_size_gb: '10' }, false),
  definition({ disk_size_gb: null }, false),
  definition({ cache_ttl_days: 1 }, true),
  definition({ cache_ttl_days: 365 }, true),
  definition({ cache_ttl_days: 0 }, false),
  definition({ cache_ttl_days: 366 }, false),
  definition({ build_timeout_minutes: 5 }, true),
  definition({ build_timeout_minutes: 4 }, false),
  definition({ build_retries: 0 }, true),
  definition({ build_retries: 10 }, true),
  definition({ build_retries: 11 }, false),
  definition({ build_retries: -1 }, false),
  definition({ base_os: 'rhel' }, true),
  definition({ base_os: 'arch' }, false),
  definition({ os_version: 12 }, false),
  definition({ arch: 'arm64' }, true),
  definition({ arch: ['x86_64', 'arm64'] }, true),
  definition({ arch: ['x86_64', 'x86_64'] }, false),
  definition({ arch: [] }, false),
  definition({ arch: 'amd64' }, false),
  definition({ taskservs: ['nginx'] }, true),
  definition({ taskservs: ['nginx', 'nginx'] }, false),
  definition({ taskservs: ['Nginx'] }, false),
  definition({ taskservs: Array.from({ length: 51 }, (_, index) => `t${String(index)}`) }, false),
  definition({ taskserv_versions: { nginx: '1.22' } }, true),
  definition({ taskserv_versions: { 'ngi nx': '1.22' } }, false),
  definition({ taskserv_versions: { nginx: 1.22 } }, false),
  definition({ disk_format: 'vmdk' }, true),
  definition({ disk_format: 'vdi' }, false),
  definition({ dns_servers: ['192.0.2.1', '2001:db8::1', '::1'] }, true),
  definition({ dns_servers: ['192.0.2.1.1'] }, false),
  definition({ dns_servers: ['dns.example'] }, false),
  definition({ steps: { run_tests: false } }, true),
  definition({ steps: { run_test: false } }, false),
  definition({ steps: { run_tests: 'no' } }, false),
  definition({ steps: { install_order: ['a', 'a'] } }, false),
  definition({ auto_rebuild: true }, true),
  definition({ auto_rebuild: 'yes' }, false),
  definition({ base_image: { name: 'base', version: '^1' } }, true),
  definition({ base_image: { name: 'base' } }, false),
  definition({ base_image: { name: 'base', version: '1', arch: 'x86_64' } }, false),
  definition({ labels: { team: 'web' } }, true),
  definition({ labels: { 'a b': 'web' } }, false),
  definition({ labels: { team: 1 } }, false),
  definition({ optimize: 'true' }, false),
  definition({ taskserv: [] }, false),
  ['image-build-steps', {}, true],
  ['image-build-steps', { verify_image: 1 }, false],
  ['image-build-steps', { verify: true }, false],
  policy({}, true),
  policy({ max_parallel_builds: 1 }, true),
  policy({ max_parallel_builds: 0 }, false),
  policy({ max_build_time_minutes: 4 }, false),
  policy({ max_image_size_gb: 9.9 }, false),
  policy({ default_cache_ttl_days: 0 }, false),
  policy({ default_disk_size_gb: 501 }, false),
  policy({ max_cache_size_gb: 49 }, false),
  policy({ min_disk_free_percent: 4 }, false),
  policy({ min_disk_free_percent: 51 }, false),
  policy({ version_naming: 'calendar' }, false),
  policy({ unknown: 1 }, false),
  jobWith({}, true),
  jobWith({ from_a_newer_release: 1 }, true),
  jobWith({ progress_percent: 100.5 }, false),
  jobWith({ progress_percent: -1 }, false),
  jobWith({ duration_seconds: -1 }, false),
  jobWith({ status: 'cancelled' }, false),
  jobWith({ failure_class: 'cancelled', status: 'failed' }, true),
  jobWith({ checksum: 'A'.repeat(64) }, false),
  jobWith({ checksum: SHA256.slice(1) }, false),
  jobWith({ started_at: NOW }, true),
  jobWith({ started_at: '2026-03-01' }, false),
  jobWith({ job_id: ULID.toLowerCase() }, false),
  jobWith({ steps: [{ name: 'disk', status: 'skipped' }] }, true),
  jobWith({ steps: [{ name: 'disk', status: 'absent' }] }, false),
  versionWith({}, true),
  versionWith({ version: '1.0' }, false),
  versionWith({ version: '1.0.0-rc.1+b2' }, true),
  versionWith({ version: '01.0.0' }, false),
  versionWith({ build_number: 0 }, false),
  versionWith({ usage_count: -1 }, false),
  versionWith({ state: 'gone' }, false),
  cacheWith({}, true),
  cacheWith({ ttl_days: 366 }, false),
  cacheWith({ access_count: -1 }, false),
  cacheWith({ storage_format: 'vmdk' }, false),
  registryWith({}, true),
  registryWith({ images: { '?': job.image_config } }, false),
  registryWith({ versions: [{ ...version, version: 'x' }] }, false),
  registryWith({ policy: undefined }, false),
  registryWith({ total_builds: -1 }, false),
];

describe('the JSON Schemas', () => {
  it.each(CASES)('and zod agree on a %s: %j is sound: %j', (name, value, sound) =>
    expect(answers(name, JSON.parse(JSON.stringify(value)))).toStrictEqual({ zod: sound, ajv: sound }),
  );

  const golden = `${ROOT}test/golden/definitions/`;
  it.each(readdirSync(golden).filter((file) => file.endsWith('.yaml')))(
    'accept the golden definition %s',
    (file) => {
      const source: unknown = parse(readFileSync(`${golden}${file}`, 'utf8'));
      expect(answers('golden-image-config', source)).toStrictEqual({ zod: true, ajv: true });
      const { definition: resolved } = JSON.parse(
        readFileSync(`${golden}${file.replace('.yaml', '.json')}`, 'utf8'),
      ) as { definition: unknown };
      expect(answers('golden-image-config', resolved)).toStrictEqual({ zod: true, ajv: true });
      expect(answers('golden-image-build-job', { ...job, image_config: resolved })).toStrictEqual({
        zod: true,
        ajv: true,
      });
    },
  );
});
