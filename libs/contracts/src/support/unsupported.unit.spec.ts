import type { GoldenImageConfigInput } from '../documents/golden-image-config.js';
import { resolveDefinition } from '../documents/resolve-definition.js';
import { ONLY_BUILDABLE, unsupportedViolations } from './unsupported.js';

const problems = (input: Partial<GoldenImageConfigInput>) =>
  unsupportedViolations(resolveDefinition({ name: 'web', base_os: 'debian', ...input }));

it('names everything that cannot be built yet, with its path', () => {
  const found = problems({
    base_os: 'centos',
    os_version: '9',
    network_config: 'version: 2\nwifis: {w: {}}',
    steps: { prepare_base: false },
  });
  expect(found.map(({ path }) => path)).toStrictEqual(['steps.prepare_base', 'network_config.wifis']);
});

it('refuses what only another renderer of networks than that of the release could do', () => {
  const network_config = 'version: 2\nrenderer: NetworkManager\nethernets: {eth0: {dhcp4: true}}';
  const paths = (input: Partial<GoldenImageConfigInput>) => problems(input).map(({ path }) => path);
  expect(paths({ base_os: 'rhel', os_version: '10', network_config })).toStrictEqual([]);
  expect(
    problems({ base_os: 'fedora', os_version: '43', network_config }).map(({ message }) => message),
  ).toStrictEqual([
    'network_config.renderer: expected networkd, found another; it is what brings up the network of fedora 43',
  ]);
  const mtu = 'version: 2\nethernets: {eth0: {dhcp4: true, dhcp4-overrides: {use-mtu: false}}}';
  expect(paths({ base_os: 'fedora', network_config: mtu })).toStrictEqual([]);
  expect(paths({ base_os: 'centos', network_config: mtu })).toStrictEqual([
    'network_config.ethernets.eth0.dhcp4-overrides.use-mtu',
  ]);
});

it('refuses no architecture', () => {
  for (const arch of ['x86_64', 'aarch64', ['x86_64', 'aarch64']] as const)
    expect(problems({ arch: typeof arch === 'string' ? arch : [...arch] })).toStrictEqual([]);
});

it('finds every field that the reference says has one value, and no other', () => {
  const everything = [
    problems({ network_config: 'version: 2\nwifis: {w: {}}' }),
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
