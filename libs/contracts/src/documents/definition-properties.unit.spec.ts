import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { validateDefinition } from '../validation/validate-definition.js';
import { parseDefinitionText } from '../validation/parse-definition-text.js';
import { definitionDigest, definitionText } from './definition-text.js';
import type { GoldenImageConfig } from './golden-image-config.js';
import { resolvePolicy } from './image-build-policy.js';
import { DISTRIBUTIONS } from '../distributions/distribution.js';
import { OS_RELEASES } from '../distributions/releases.js';

const taskserv = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/);
const taskservs = fc.uniqueArray(taskserv, { maxLength: 8 });
const flag = fc.boolean();
const text = fc.string({ unit: 'binary', maxLength: 40 });
const label = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,12}$/);
const imageName = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);

const release = fc.constantFrom(...DISTRIBUTIONS).chain((base_os) =>
  fc.record(
    {
      base_os: fc.constant(base_os),
      os_version: fc.constantFrom(...OS_RELEASES[base_os].map((r) => r.version)),
    },
    { requiredKeys: ['base_os'] },
  ),
);

const steps = fc.record(
  {
    run_tests: flag,
    compress_image: flag,
    apply_security_hardening: flag,
    install_order: taskservs,
    test_scripts: fc.array(
      text.filter((script) => script !== ''),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

const arch = fc.oneof(
  fc.constantFrom('x86_64', 'aarch64', 'arm64'),
  fc.constantFrom(['x86_64'], ['arm64', 'x86_64'], ['x86_64', 'aarch64']),
);

const fields = fc.record(
  {
    description: text,
    arch,
    taskservs,
    taskserv_versions: fc.dictionary(taskserv, fc.constantFrom('1.22', '5:7.0-1~deb12u1'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    exclude_taskservs: taskservs,
    optimize: flag,
    compression: flag,
    security_hardening: flag,
    disk_size_gb: fc.integer({ min: 10, max: 500 }),
    disk_format: fc.constantFrom('qcow2', 'raw', 'vmdk'),
    cache_ttl_days: fc.integer({ min: 1, max: 365 }),
    dns_servers: fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 3 }),
    build_timeout_minutes: fc.integer({ min: 5, max: 60 }),
    build_retries: fc.integer({ min: 0, max: 10 }),
    auto_rebuild: flag,
    steps,
    base_image: fc.record({
      name: imageName.map((name) => `base-${name}`),
      version: fc.constantFrom('1.0.0', '^2', '>=1 <3 || 5.x'),
    }),
    labels: fc.dictionary(label, text, { maxKeys: 4, noNullPrototype: true }),
  },
  { requiredKeys: [] },
);

const definitions = fc
  .tuple(imageName, release, fields)
  .map(([name, os, rest]): Record<string, unknown> => ({ name, ...os, ...rest }));

const policies = fc
  .record(
    {
      default_os: fc.constantFrom(...DISTRIBUTIONS),
      default_arch: fc.constantFrom('x86_64' as const, 'arm64' as const),
      default_disk_size_gb: fc.integer({ min: 10, max: 500 }),
      default_cache_ttl_days: fc.integer({ min: 1, max: 4000 }),
      default_optimize: flag,
      default_compression: flag,
      default_security_hardening: flag,
    },
    { requiredKeys: [] },
  )
  .map(resolvePolicy);

const sha256 = (canonical: string): string => createHash('sha256').update(canonical).digest('hex');

const resolved = (...[value, policy]: Parameters<typeof validateDefinition>): GoldenImageConfig => {
  const result = validateDefinition(value, policy);
  if (!result.ok) throw new Error(JSON.stringify(result.violations));
  return result.definition;
};

const read = (source: string, fileName: string): unknown => {
  const result = parseDefinitionText(source, fileName);
  if (!result.ok) throw new Error(JSON.stringify(result.violations));
  return result.value;
};

/** The same value with the keys of every mapping in the opposite order. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
};

describe('any valid definition', () => {
  it('survives resolving, writing, reading and resolving again, under whatever policy comes later', () =>
    fc.assert(
      fc.property(definitions, policies, policies, (input, policy, later) => {
        const first = resolved(input, policy);
        const again = resolved(read(definitionText(first), 'canonical.json'), later);
        expect(again).toStrictEqual(first);
        expect(definitionDigest(again, sha256)).toBe(definitionDigest(first, sha256));
      }),
      { numRuns: 80 },
    ));

  it('has one digest, whatever the order of its keys and the language it is written in', () =>
    fc.assert(
      fc.property(definitions, (input) => {
        const digest = definitionDigest(resolved(input), sha256);
        const written = [
          [stringify(reversed(input)), 'web.yaml'],
          [JSON.stringify(reversed(input), null, 2), 'web.json'],
          [JSON.stringify(input), 'web.yaml'],
        ] as const;
        for (const [source, fileName] of written) {
          expect(definitionDigest(resolved(read(source, fileName)), sha256)).toBe(digest);
        }
      }),
      { numRuns: 80 },
    ));

  it('has another digest than one that differs in a single field', () =>
    fc.assert(
      fc.property(definitions, fc.integer({ min: 10, max: 500 }), (input, size) => {
        const one = resolved(input);
        const other = resolved({ ...input, disk_size_gb: size });
        expect(definitionText(one) === definitionText(other)).toBe(one.disk_size_gb === size);
      }),
      { numRuns: 50 },
    ));
});

describe('any value at all', () => {
  it('is either resolved or refused with at least one violation', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.dictionary(
            fc.constantFrom('name', 'taskservs', 'steps', 'arch', 'labels', 'os_version', 'network_config'),
            fc.jsonValue(),
          ),
        ),
        (value) => {
          const result = validateDefinition(value);
          expect(result.ok || result.violations.length > 0).toBe(true);
        },
      ),
      { numRuns: 150 },
    ));

  it('is read as a text without ever throwing', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
        fc.constantFrom('a.yaml', 'a.json'),
        (source, fileName) => {
          const result = parseDefinitionText(source, fileName);
          expect(result.ok || result.violations.length > 0).toBe(true);
        },
      ),
      { numRuns: 300 },
    ));
});
