import { DISTRIBUTIONS } from '../distributions/distribution.js';
import { OS_RELEASES, DEFAULT_OS_VERSION, osRelease } from '../distributions/releases.js';
import { archesOf } from './golden-image-config.js';
import { DEFAULT_POLICY, resolvePolicy } from './image-build-policy.js';
import { resolveDefinition } from './resolve-definition.js';

const EVERY_STEP = {
  prepare_base: true,
  update_packages: true,
  install_dependencies: true,
  install_taskservs: true,
  install_order: [],
  parallel_install: false,
  apply_config: true,
  apply_security_hardening: false,
  apply_optimizations: false,
  run_tests: true,
  test_scripts: [],
  cleanup_caches: true,
  cleanup_temp_files: true,
  remove_build_artifacts: true,
  compress_image: true,
  generate_checksums: true,
  verify_image: true,
};

describe('resolving a definition', () => {
  it('fills every default of a definition that only has a name', () =>
    expect(resolveDefinition({ name: 'plain' })).toStrictEqual({
      name: 'plain',
      base_os: 'ubuntu',
      os_version: '22.04',
      arch: 'x86_64',
      taskservs: [],
      taskserv_versions: {},
      exclude_taskservs: [],
      optimize: false,
      include_dev_tools: false,
      include_kernel_headers: false,
      cleanup_package_manager: true,
      disk_size_gb: 30,
      disk_format: 'qcow2',
      compression: true,
      cache_enabled: true,
      cache_ttl_days: 30,
      dns_servers: [],
      security_hardening: false,
      auto_updates: true,
      ssh_public_keys: [],
      build_timeout_minutes: 30,
      build_retries: 3,
      parallel_builds: false,
      steps: EVERY_STEP,
      labels: {},
    }));

  it('takes what is left out from the policy', () => {
    const policy = resolvePolicy({
      default_os: 'debian',
      default_version: '13',
      default_arch: 'arm64',
      default_disk_size_gb: 20,
      default_optimize: true,
      default_compression: false,
      default_security_hardening: true,
      default_cache_ttl_days: 7,
    });
    expect(resolveDefinition({ name: 'plain' }, policy)).toMatchObject({
      base_os: 'debian',
      os_version: '13',
      arch: 'aarch64',
      disk_size_gb: 20,
      optimize: true,
      compression: false,
      security_hardening: true,
      cache_ttl_days: 7,
    });
  });

  it('prefers what the definition says to what the policy says', () => {
    const policy = resolvePolicy({ default_disk_size_gb: 20, default_optimize: true });
    expect(resolveDefinition({ name: 'plain', disk_size_gb: 40, optimize: false }, policy)).toMatchObject({
      disk_size_gb: 40,
      optimize: false,
      steps: { apply_optimizations: false },
    });
  });

  it('takes the release of another distribution than the policy names from that distribution', () =>
    expect(
      resolveDefinition({ name: 'plain', base_os: 'debian' }, resolvePolicy({ default_version: '24.04' })),
    ).toMatchObject({
      os_version: '12',
    }));

  it('gives no more time and no longer caching than allowed when the definition is silent', () =>
    expect(
      resolveDefinition(
        { name: 'plain' },
        resolvePolicy({ max_build_time_minutes: 20, default_cache_ttl_days: 4000 }),
      ),
    ).toMatchObject({ build_timeout_minutes: 20, cache_ttl_days: 365 }));

  it('lets steps that are not named follow the flags of the definition', () => {
    const steps = (input: object) => resolveDefinition({ name: 'plain', ...input }).steps;
    expect(steps({ security_hardening: true, optimize: true, compression: false })).toMatchObject({
      apply_security_hardening: true,
      apply_optimizations: true,
      compress_image: false,
    });
    const named = { apply_security_hardening: false, apply_optimizations: false, compress_image: true };
    const opposite = { security_hardening: true, optimize: true, compression: false };
    expect(steps({ ...opposite, steps: named })).toMatchObject(named);
  });

  it('spells arm64 as aarch64 and keeps a list a list', () => {
    expect(resolveDefinition({ name: 'plain', arch: 'arm64' }).arch).toBe('aarch64');
    expect(resolveDefinition({ name: 'plain', arch: ['x86_64', 'arm64'] }).arch).toStrictEqual([
      'x86_64',
      'aarch64',
    ]);
    expect(archesOf({ arch: 'aarch64' })).toStrictEqual(['aarch64']);
    expect(archesOf({ arch: ['x86_64', 'aarch64'] })).toStrictEqual(['x86_64', 'aarch64']);
  });
});

describe('the policy nobody has changed', () => {
  it('has the documented defaults', () =>
    expect(DEFAULT_POLICY).toStrictEqual({
      default_os: 'ubuntu',
      default_version: '22.04',
      default_arch: 'x86_64',
      default_disk_size_gb: 30,
      max_parallel_builds: 3,
      max_build_time_minutes: 60,
      max_image_size_gb: 100,
      cache_enabled: true,
      default_cache_ttl_days: 30,
      max_cache_size_gb: 500,
      auto_cleanup_expired: true,
      cleanup_interval_hours: 24,
      min_disk_free_percent: 10,
      auto_create_versions: true,
      version_naming: 'semantic',
      default_optimize: false,
      default_compression: true,
      default_security_hardening: false,
    }));
});

describe('the releases', () => {
  it.each(DISTRIBUTIONS)('contain the default of %s, and no release twice', (os) => {
    expect(osRelease(os, DEFAULT_OS_VERSION[os])).toMatchObject({ version: DEFAULT_OS_VERSION[os] });
    const versions = OS_RELEASES[os].map(({ version }) => version);
    expect(new Set(versions).size).toBe(versions.length);
  });
});
