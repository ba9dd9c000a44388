import { type GoldenImageConfigInput, resolveDefinition } from '@gild/contracts';
import { planSteps } from './plan.js';

const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJ0c3R1dnd4eXowMTIzNDU2Nzg5YWJjZGVmZ2hpamts ada@example.org';
const recipesOf = (input: Omit<GoldenImageConfigInput, 'name'>) =>
  Object.fromEntries(
    planSteps(
      { engine: 1, arch: 'x86_64', definition: resolveDefinition({ name: 'x', ...input }), taskservs: [] },
      { recipe: () => ({ files: [], enable: [], disable: [] }) },
      { bootTest: true },
    ).flatMap((step) => (step.kind === 'layer' ? [[step.name, step.recipe]] : [])),
  );
const FEDORA = { base_os: 'fedora', os_version: '43' } as const;

it('follows the ways of the family', () => {
  const recipes = recipesOf({ ...FEDORA, ssh_public_keys: [KEY], include_kernel_headers: true });
  const system = ['kernel-core', 'dracut', 'selinux-policy-targeted', 'systemd-networkd', 'shim-x64'];
  expect(recipes['prepare_base']?.packages).toStrictEqual(expect.arrayContaining(system));
  expect(recipes['install_dependencies']?.packages).toStrictEqual(['dnf5-plugin-automatic', 'kernel-devel']);
  expect(recipes['apply_config']).toMatchObject({
    enable: ['dnf5-automatic.timer'],
    files: expect.arrayContaining([expect.objectContaining({ path: '/etc/dnf/automatic.conf' })]),
    scripts: [{ content: expect.stringContaining('--groups wheel fedora') }],
  });
  expect(recipes['cleanup']?.scripts).toMatchObject([
    { content: expect.stringContaining('/var/cache/libdnf5/*') },
  ]);
});

it('says that there are to be no automatic updates, for those of a base', () => {
  const off = recipesOf({ ...FEDORA, ssh_public_keys: [KEY], auto_updates: false });
  expect(off['install_dependencies']?.packages).toStrictEqual([]);
  expect(off['apply_config']?.enable).toStrictEqual([]);
  expect(JSON.stringify(off['apply_config']?.files)).toContain('apply_updates = no');
});

it('has what brings the network of the release up, and writes its configuration for that', () => {
  const network_config = 'version: 2\nethernets: {eth0: {dhcp4: true}}';
  const paths = (input: Omit<GoldenImageConfigInput, 'name'>) =>
    recipesOf({ ...input, network_config })['apply_config']?.files.map(({ path }) => path);
  expect(paths(FEDORA)).toContain('/etc/systemd/network/10-gild-eth0.network');
  const centos = { base_os: 'centos', os_version: '10' } as const;
  expect(paths(centos)).toContain('/etc/NetworkManager/system-connections/10-gild-eth0.nmconnection');
  expect(recipesOf(centos)['prepare_base']?.packages).toStrictEqual(
    expect.arrayContaining(['NetworkManager', 'cloud-utils-growpart']),
  );
});
