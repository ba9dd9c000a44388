import type { GoldenImageConfigInput } from '../documents/golden-image-config.js';
import { resolveDefinition } from '../documents/resolve-definition.js';
import { ONLY_BUILDABLE, unsupportedViolations } from './unsupported.js';

const problems = (input: Partial<GoldenImageConfigInput>, arch: 'x86_64' | 'aarch64' = 'x86_64') =>
  unsupportedViolations(resolveDefinition({ name: 'web', base_os: 'debian', ...input }), arch);

it('names everything that cannot be built yet, with its path', () => {
  const found = problems(
    {
      base_os: 'fedora',
      os_version: '43',
      optimize: true,
      security_hardening: true,
      network_config: 'version: 2\nwifis: {w: {}}',
      steps: { prepare_base: false },
    },
    'aarch64',
  );
  expect(found.map(({ path }) => path)).toStrictEqual([
    'base_os',
    'arch',
    'optimize',
    'security_hardening',
    'steps.prepare_base',
    'network_config.wifis',
  ]);
});

it('says what can be built instead', () => {
  expect(problems({ base_os: 'ubuntu' }).map(({ message }) => message)).toStrictEqual([
    'base_os: expected debian 12, found ubuntu 22.04; Gild cannot build that yet',
  ]);
  expect(problems({ os_version: '13' }, 'aarch64').map(({ message }) => message)).toStrictEqual([
    'os_version: expected debian 12, found debian 13; Gild cannot build that yet',
    'arch: expected x86_64, found aarch64; Gild cannot build that yet',
  ]);
});

it('names the step where only the step is switched on', () => {
  const steps = { apply_optimizations: true, apply_security_hardening: true };
  expect(problems({ steps }).map(({ path }) => path)).toStrictEqual([
    'steps.apply_optimizations',
    'steps.apply_security_hardening',
  ]);
});

it('does not judge an architecture that is not chosen yet', () => {
  const definition = resolveDefinition({ name: 'web', base_os: 'debian', arch: ['x86_64', 'aarch64'] });
  expect(unsupportedViolations(definition)).toStrictEqual([]);
});

it('finds every field that the reference says has one value, and no other', () => {
  const everything = [
    problems({ base_os: 'fedora', network_config: 'version: 2\nwifis: {w: {}}' }, 'aarch64'),
    problems({ os_version: '13' }),
    problems({ optimize: true, security_hardening: true }),
    problems({ steps: { apply_optimizations: true, apply_security_hardening: true } }),
    problems({ steps: { prepare_base: false } }),
  ].flat();
  const fields = everything.map(({ path }) => path.replace(/^network_config.*/, 'network_config'));
  expect(fields.sort()).toStrictEqual(Object.keys(ONLY_BUILDABLE).sort());
});

it('builds without a base system where there is another image to start from, and prepares side by side', () => {
  const base_image = { name: 'other', version: '^1' };
  expect(problems({ base_image, steps: { prepare_base: false, parallel_install: true } })).toStrictEqual([]);
  expect(problems({ steps: { prepare_base: false } }).map(({ message }) => message)).toStrictEqual([
    'steps.prepare_base: expected true where there is no base_image, found false; there is nothing to start from without it',
  ]);
});
