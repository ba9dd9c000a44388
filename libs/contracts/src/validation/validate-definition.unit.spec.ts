import { resolvePolicy } from '../documents/image-build-policy.js';
import { readDefinition } from './read-definition.js';
import { validateDefinition } from './validate-definition.js';
import { validatePolicy } from './validate-policy.js';

const messages = (value: unknown, policy?: Parameters<typeof resolvePolicy>[0]): readonly string[] => {
  const result = validateDefinition(value, policy && resolvePolicy(policy));
  return result.ok ? [] : result.violations.map(({ message }) => message);
};

const withName = (fields: object) => messages({ name: 'web', ...fields });

describe('a sound definition', () => {
  it('is answered with its resolved form', () =>
    expect(
      validateDefinition({ name: 'web', base_os: 'debian', os_version: '12', arch: ['arm64', 'x86_64'] }),
    ).toMatchObject({
      ok: true,
      definition: { name: 'web', os_version: '12', arch: ['aarch64', 'x86_64'], disk_size_gb: 30 },
    }));

  it('may use every field', () =>
    expect(
      withName({
        description: 'Serves pages',
        taskservs: ['nginx', 'redis'],
        taskserv_versions: { nginx: '1.22.1-9+deb12u2', openssl: '3.0~' },
        exclude_taskservs: ['fail2ban'],
        cache_storage: '/var/cache/gild',
        network_config: 'network:\n  version: 2\n  ethernets: {eth0: {dhcp4: true}}\n',
        dns_servers: ['192.0.2.53', '2001:db8::53'],
        ssh_public_keys: [
          'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII5HnCGORLRNs2x+xxikVTAB/cr7nxafCERdf3GZQcMB ops@example',
        ],
        steps: { install_order: ['redis', 'nginx'], test_scripts: ['curl -fsS http://localhost/'] },
        base_image: { name: 'company-debian', version: '^1.2.0 || 3.x' },
        labels: { 'team/owner': 'web' },
      }),
    ).toStrictEqual([]));

  it.each([
    ['disk_size_gb', [10, 500]],
    ['cache_ttl_days', [1, 365]],
    ['build_timeout_minutes', [5, 60]],
    ['build_retries', [0, 10]],
    ['name', ['a', 'a'.repeat(255), 'A.b_c-9']],
  ])('may have %s at its bounds', (field, values) => {
    for (const value of values) expect(messages({ name: 'web', [field]: value })).toStrictEqual([]);
  });

  it('may name 50 taskservs', () =>
    expect(
      withName({ taskservs: Array.from({ length: 50 }, (_, index) => `t${String(index)}`) }),
    ).toStrictEqual([]));
});

describe('a faulty definition', () => {
  it.each([
    [
      'a number too small',
      { disk_size_gb: 5 },
      'disk_size_gb: expected a whole number from 10 to 500, found 5',
    ],
    [
      'a number too large',
      { disk_size_gb: 501 },
      'disk_size_gb: expected a whole number from 10 to 500, found 501',
    ],
    [
      'a broken number',
      { build_retries: 2.5 },
      'build_retries: expected a whole number from 0 to 10, found 2.5',
    ],
    [
      'too long a cache time',
      { cache_ttl_days: 366 },
      'cache_ttl_days: expected a whole number from 1 to 365, found 366',
    ],
    [
      'too short a time',
      { build_timeout_minutes: 4 },
      'build_timeout_minutes: expected a whole number of at least 5, found 4',
    ],
    [
      'text for a number',
      { disk_size_gb: 'ten' },
      'disk_size_gb: expected a whole number from 10 to 500, found "ten"',
    ],
    ['text for a switch', { optimize: 'yes' }, 'optimize: expected true or false, found "yes"'],
    [
      'nothing behind a key',
      { disk_size_gb: null },
      'disk_size_gb: expected a whole number from 10 to 500, found nothing',
    ],
    [
      'text for a list',
      { taskservs: 'nginx' },
      'taskservs: expected a list of at most 50 entries, found "nginx"',
    ],
    ['a list for text', { description: ['a'] }, 'description: expected text, found a list of 1 entry'],
    ['a list for a mapping', { labels: [] }, 'labels: expected a mapping, found a list of 0 entries'],
    [
      'a number for a release',
      { os_version: 12 },
      'os_version: expected text, found 12; write it in quotes: "12"',
    ],
    [
      'an unknown distribution',
      { base_os: 'debain' },
      'base_os: expected one of ubuntu, debian, centos, fedora, rhel, found "debain"; did you mean `debian`?',
    ],
    [
      'a release of another distribution',
      { base_os: 'debian', os_version: '22.04' },
      'os_version: expected a release of debian: one of 11, 12, 13, found "22.04"',
    ],
    [
      'a codename for a release',
      { base_os: 'debian', os_version: 'bookworm' },
      'os_version: expected a release of debian: one of 11, 12, 13, found "bookworm"; did you mean `12`?',
    ],
    [
      'an unknown architecture',
      { arch: 'amd64' },
      'arch: expected one of x86_64, aarch64, arm64, or a list of them, found "amd64"',
    ],
    [
      'an unknown architecture in a list',
      { arch: ['x86_64', 'amd64'] },
      'arch[1]: expected one of x86_64, aarch64, arm64, found "amd64"',
    ],
    [
      'one architecture under two names',
      { arch: ['arm64', 'aarch64'] },
      'arch[1]: expected no entry twice, found "aarch64" again (first at position 1)',
    ],
    [
      'a taskserv named twice',
      { taskservs: ['nginx', 'redis', 'nginx'] },
      'taskservs[2]: expected no entry twice, found "nginx" again (first at position 1)',
    ],
    [
      '51 taskservs',
      { taskservs: Array.from({ length: 51 }, (_, index) => `t${String(index)}`) },
      'taskservs: expected a list of at most 50 entries, found a list of 51 entries',
    ],
    [
      'a pin that is a number',
      { taskserv_versions: { redis: 7 } },
      'taskserv_versions.redis: expected a package version such as "1.24.0-1", found 7; write it in quotes: "7"',
    ],
    [
      'an empty pin',
      { taskserv_versions: { redis: '' } },
      'taskserv_versions.redis: expected a package version such as "1.24.0-1", found an empty text',
    ],
    [
      'a resolver that is a name',
      { dns_servers: ['192.0.2.1', 'dns.example'] },
      'dns_servers[1]: expected an IPv4 or IPv6 address such as "192.0.2.53" or "2001:db8::53", found "dns.example"',
    ],
    [
      'a resolver out of range',
      { dns_servers: ['192.0.2.256'] },
      'dns_servers[0]: expected an IPv4 or IPv6 address such as "192.0.2.53" or "2001:db8::53", found "192.0.2.256"',
    ],
    [
      'a bad ssh key',
      { ssh_public_keys: ['ssh-ed25519 AAAA'] },
      'ssh_public_keys[0]: expected an OpenSSH public key such as "ssh-ed25519 AAAA… name@host", found a key that is cut off',
    ],
    [
      'a mapping as network configuration',
      { network_config: { version: 2 } },
      'network_config: expected a cloud-init network configuration as text (network_config: | …), found a mapping',
    ],
    [
      'a fault inside the network configuration',
      { network_config: 'version: 2\nethernets: {eth0: {dhcp: true}}' },
      'network_config.ethernets.eth0.dhcp: unknown key; did you mean `dhcp4`?',
    ],
    [
      'more time than the policy gives',
      { build_timeout_minutes: 61 },
      'build_timeout_minutes: expected at most 60 (max_build_time_minutes of the policy), found 61',
    ],
    [
      'a base image without version',
      { base_image: { name: 'base' } },
      'base_image.version: expected a semver range such as "^1.2.0", ">=1 <3" or "1.4.0", found nothing',
    ],
    [
      'a base image with a bad range',
      { base_image: { name: 'base', version: 'newest' } },
      'base_image.version: expected a semver range such as "^1.2.0", ">=1 <3" or "1.4.0", found "newest"',
    ],
    [
      'itself as base image',
      { base_image: { name: 'web', version: '1' } },
      'base_image.name: expected another image, found the image itself',
    ],
    [
      'development tools without the step that installs them',
      { include_dev_tools: true, steps: { install_dependencies: false } },
      'include_dev_tools: expected false where steps.install_dependencies is false, found true; that step installs them',
    ],
    [
      'kernel headers without the step that installs them',
      { include_kernel_headers: true, steps: { install_dependencies: false } },
      'include_kernel_headers: expected false where steps.install_dependencies is false, found true; that step installs them',
    ],
    [
      'an unknown step',
      { steps: { run_test: true } },
      'steps.run_test: unknown key; did you mean `run_tests`?',
    ],
    ['an unknown key', { taskserv: ['nginx'] }, 'taskserv: unknown key; did you mean `taskservs`?'],
    ['a key like no other', { colour: 'red' }, 'colour: unknown key'],
    [
      'a key in another style',
      { 'disk-size-gb': 10 },
      'disk-size-gb: unknown key; did you mean `disk_size_gb`?',
    ],
    ['a member of every object as key', { constructor: 1 }, 'constructor: unknown key'],
  ])('with %s is refused in one sentence', (_, fields, message) =>
    expect(withName(fields)).toStrictEqual([message]),
  );

  it('without a name is refused', () =>
    expect(messages({})).toStrictEqual([
      'name: expected 1 to 255 letters, digits, dots, underscores or dashes, a letter or digit first, found nothing',
    ]));

  it.each(['', 'a'.repeat(256), '.hidden', '-flag', 'a/b', 'a b', 'über', 'a\n'])(
    'named %j is refused',
    (name) => expect(messages({ name })).toHaveLength(1),
  );

  it.each([
    [null, 'expected a mapping, found nothing'],
    ['web', 'expected a mapping, found "web"'],
    [[1, 2], 'expected a mapping, found a list of 2 entries'],
    [7, 'expected a mapping, found 7'],
  ])('that is %j is refused', (value, message) => expect(messages(value)).toStrictEqual([message]));

  it('gets every violation at once, each with its path', () => {
    const result = validateDefinition({
      name: '?',
      taskserv: [],
      base_os: 'debian',
      os_version: '10',
      taskservs: ['nginx', 'Redis', 'nginx'],
      disk_size_gb: 5,
      build_timeout_minutes: 90,
      steps: { run_tests: 1, other: 2 },
      labels: { 'a b': 'c' },
    });
    expect(result.ok ? [] : result.violations.map(({ path }) => path)).toStrictEqual([
      'name',
      'taskservs[1]',
      'taskservs[2]',
      'disk_size_gb',
      'steps.run_tests',
      'steps.other',
      'labels["a b"]',
      'taskserv',
      'os_version',
      'build_timeout_minutes',
    ]);
  });

  it('says what was found, what is allowed and what was probably meant', () =>
    expect(validateDefinition({ name: 'web', disk_format: 'qcow' })).toStrictEqual({
      ok: false,
      violations: [
        {
          path: 'disk_format',
          found: '"qcow"',
          expected: 'one of qcow2, raw, vmdk',
          suggestion: 'qcow2',
          message: 'disk_format: expected one of qcow2, raw, vmdk, found "qcow"; did you mean `qcow2`?',
        },
      ],
    }));

  it('never has a long text or a private key repeated', () => {
    const secret = '-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n';
    expect(withName({ disk_format: secret, cache_ttl_days: 'x'.repeat(5000) }).join()).not.toMatch(
      /c2VjcmV0|xxx/,
    );
  });
});

describe('the policy', () => {
  it('bounds the time of a build', () => {
    expect(
      messages({ name: 'web', build_timeout_minutes: 120 }, { max_build_time_minutes: 120 }),
    ).toStrictEqual([]);
    expect(
      messages({ name: 'web', build_timeout_minutes: 11 }, { max_build_time_minutes: 10 }),
    ).toStrictEqual([
      'build_timeout_minutes: expected at most 10 (max_build_time_minutes of the policy), found 11',
    ]);
  });

  it('is checked as a document of its own, with all violations at once', () => {
    const result = validatePolicy({
      max_parallel_builds: 0,
      max_build_time_minutes: 4,
      max_image_size_gb: 9,
      default_cache_ttl_days: 0,
      max_cache_size_gb: 49,
      min_disk_free_percent: 51,
      version_naming: 'sematic',
      default_os: 'debian',
      default_version: '22.04',
      max_builds: 1,
    });
    expect(result.ok ? [] : result.violations.map(({ message }) => message)).toStrictEqual([
      'max_parallel_builds: expected a whole number of at least 1, found 0',
      'max_build_time_minutes: expected a whole number of at least 5, found 4',
      'max_image_size_gb: expected a number of at least 10, found 9',
      'default_cache_ttl_days: expected a whole number of at least 1, found 0',
      'max_cache_size_gb: expected a number of at least 50, found 49',
      'min_disk_free_percent: expected a number from 5 to 50, found 51',
      'version_naming: expected one of semantic, timestamp, sequential, found "sematic"; did you mean `semantic`?',
      'max_builds: unknown key',
      'default_version: expected a release of debian: one of 11, 12, 13, found "22.04"',
    ]);
  });

  it('takes the release of the distribution it names', () =>
    expect(validatePolicy({ default_os: 'debian' })).toMatchObject({
      ok: true,
      policy: { default_version: '12' },
    }));
});

describe('the text of a definition', () => {
  it('has its violations in the order of its lines, with the place of each', () => {
    const text = 'disk_size_gb: 5\nname: web\nsteps:\n  run_test: no\ntaskservs:\n  - nginx\n  - nginx\n';
    const result = readDefinition({ text, fileName: 'web.yaml' });
    expect(result.ok ? [] : result.violations.map(({ path, position }) => [path, position])).toStrictEqual([
      ['disk_size_gb', { line: 1, column: 1 }],
      ['steps.run_test', { line: 4, column: 3 }],
      ['taskservs[1]', { line: 7, column: 5 }],
    ]);
  });

  it('places a violation of an absent field at its parent', () => {
    const text = 'name: web\nbase_image:\n  name: base\n';
    expect(readDefinition({ text, fileName: 'web.yaml' })).toMatchObject({
      violations: [{ path: 'base_image.version', position: { line: 2, column: 1 } }],
    });
  });

  it('is judged by its form first', () =>
    expect(readDefinition({ text: 'name: [', fileName: 'web.yaml' })).toMatchObject({
      ok: false,
      violations: [{ path: '' }],
    }));
});
