import { Arch, Firmware, ImageName, ImageVersion, Sha256Hex, VmHost, VmId } from '@gild/contracts';
import { shellLine } from '@gild/vm-domain';
import { z } from 'zod';

/** What in an image reads a seed, by the packages on record. */
export const SeedReader = z.enum(['cloud-init', 'none', 'unknown']);
export type SeedReader = z.infer<typeof SeedReader>;

/** A VM that was made, as `vm.json` in its folder says it. */
export const VmDocument = z.object({
  vm_id: VmId,
  image_name: ImageName,
  image_version: ImageVersion,
  arch: Arch,
  host: VmHost,
  created_at: z.string(),
  folder: z.string(),
  disk: z.string(),
  disk_size_bytes: z.int(),
  /** The image in the cache of the host. */
  backing_file: z.string(),
  backing_sha256: Sha256Hex,
  seed: z.string(),
  seed_reader: SeedReader,
  hostname: z.string(),
  user: z.string().optional(),
  ssh_keys: z.int(),
  network: z.enum(['dhcp', 'given']),
  ssh_port: z.int().optional(),
  /** Of the machine, whose network card has its address by it. */
  uuid: z.uuid(),
  memory_mib: z.int(),
  processors: z.int(),
  firmware: Firmware,
  accelerator: z.enum(['kvm', 'tcg']),
  /** Program and arguments that start it. */
  boot: z.array(z.string()),
});
export type VmDocument = z.infer<typeof VmDocument>;

const versionOf = ({ image_name: image, image_version: version }: VmDocument): string =>
  `${image}@${version}`;

const several = (count: number): string => (count === 1 ? '1 SSH key' : `${count} SSH keys`);

const identityText = ({ hostname, user, ssh_keys: keys, network }: VmDocument): string =>
  [
    `host name ${hostname}`,
    `${several(keys)} for ${user === undefined ? 'the default user' : `user ${user}`}`,
    network === 'dhcp' ? 'network by DHCP' : 'network as given',
  ].join(', ');

const GIB = 2 ** 30;

/** In the units of `--size`. */
export const gibText = (count: number): string => `${Number((count / GIB).toFixed(2))} GiB`;

/** What was made, and how it is started. */
export const madeText = (vm: VmDocument): string => {
  const rows = [
    `${vm.vm_id}: ${versionOf(vm)} for ${vm.arch}, in ${vm.folder}`,
    `  disk  ${vm.disk}: ${gibText(vm.disk_size_bytes)}, an overlay of ${vm.backing_file}`,
    `  seed  ${vm.seed}: ${identityText(vm)}`,
    ...(vm.ssh_port === undefined ? [] : [`  ssh   port ${vm.ssh_port} of 127.0.0.1`]),
  ];
  return rows.map((row) => `${row}\n`).join('');
};

/** How it is started: by `command`, or by hand. */
export const bootText = (
  vm: VmDocument,
  command: string,
): string => `${command} boots it. To boot it by hand (Ctrl-A X switches it off), and put it on record:
  ${shellLine(vm.boot)}
  gild vm start ${vm.vm_id} ${versionOf(vm)} --host ${vm.host}${vm.arch === 'x86_64' ? '' : ` --arch ${vm.arch}`}
`;

/** What to say where nothing may read the seed; undefined where cloud-init does. */
export const seedWarning = (vm: VmDocument): string | undefined => {
  const effect = 'host name, SSH keys, user and network of the seed have no effect';
  switch (vm.seed_reader) {
    case 'cloud-init':
      return undefined;
    case 'none':
      return `${versionOf(vm)} has no package cloud-init, and nothing else that is known to read the seed: ${effect}. Give the image a taskserv with cloud-init (docs/guide/vms.md)`;
    case 'unknown':
      return `which packages ${versionOf(vm)} has cannot be read: if cloud-init is none of them, ${effect}`;
  }
};
