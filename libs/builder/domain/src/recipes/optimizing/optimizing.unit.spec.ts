import { basename } from 'node:path';
import { osRelease, resolveDefinition, type GoldenImageConfigInput } from '@gild/contracts';
import { applyOptimizations } from '../apply-optimizations.js';
import { SILENT_IN_RAM_DISK, SILENT_KINDS } from './device-events.js';

const recipe = (input: Partial<GoldenImageConfigInput> = {}, how = { lean: false }) => {
  const definition = resolveDefinition({ name: 'x', base_os: 'debian', optimize: true, ...input });
  const release = osRelease(definition.base_os, definition.os_version);
  if (release === undefined) throw new Error('no such release');
  return applyOptimizations(definition, release, how);
};
const file = (path: string, of = recipe()) => of.files.find((each) => each.path === path)?.content ?? '';
const script = (name: string, of = recipe()) => of.scripts.find((each) => each.name === name)?.content ?? '';

it.each(['virtio_blk', 'virtio_scsi', 'nvme', 'ahci', 'vmw_pvscsi', 'xen-blkfront', 'hv_storvsc', 'ext4'])(
  'starts from a disk that needs %s',
  (module) => {
    expect(file('/etc/initramfs-tools/hooks/gild-virtual-hardware')).toMatch(
      new RegExp(`^manual_add_modules .*\\b${module}\\b`, 'm'),
    );
  },
);

it('never takes the modules of the machine that builds', () => {
  expect(file('/etc/initramfs-tools/conf.d/gild-virtual-hardware.conf')).toContain('MODULES=list\n');
});

it('leaves the same files out of later upgrades as of the image, and keeps licences', () => {
  const settings = file('/etc/dpkg/dpkg.cfg.d/gild-left-out').split('\n');
  const excluded = settings.filter((line) => line.startsWith('path-exclude=')).map((line) => line.slice(13));
  const removed = [...script('left out files').matchAll(/(?<!! )-path '([^']+)'/g)].map(([, path]) => path);
  expect(removed.length).toBeGreaterThan(20);
  expect(excluded).toStrictEqual(expect.arrayContaining(removed));
  // Older packages call the folder of the kernel by its other name.
  expect(excluded).toContain('/lib/modules/*/kernel/sound/*');
  expect(settings).toContain('path-include=/usr/share/doc/*/copyright');
  // Graphics adapters need them, which may be passed through.
  for (const folder of ['/usr/lib', '/lib'])
    expect(settings).toContain(`path-include=${folder}/modules/*/kernel/drivers/media/cec/*`);
  expect(script('left out files')).toContain("! -path '/usr/lib/modules/*/kernel/drivers/media/rc/*'");
});

it('starts at once, on a console that is quiet but still the serial one', () => {
  const settings = file('/etc/default/grub.d/20-gild.cfg').split('\n');
  expect(settings).toContain('GRUB_TIMEOUT=0');
  expect(settings).toContain('GRUB_CMDLINE_LINUX_DEFAULT="quiet loglevel=3"');
  expect(settings.join('\n')).not.toContain('GRUB_CMDLINE_LINUX=');
});

it('leaves the timers of updates on where there are to be updates', () => {
  expect(script('idle units', recipe({ auto_updates: true }))).not.toContain('apt-daily');
  expect(script('idle units', recipe({ auto_updates: false }))).toContain(
    'apt-daily.timer apt-daily-upgrade.timer',
  );
});

describe('what is started when it is needed', () => {
  const settings = (unit: string) => file(`/etc/systemd/system/${unit}.d/00-gild-optimized.conf`).split('\n');

  it.each(['loop', 'dm_mod', 'fuse', 'configfs'])(
    'is not the module %s where a unit asks for it',
    (module) => {
      const [, masked = ''] = /^systemctl --root=\/ mask (.*)$/m.exec(script('idle units')) ?? [];
      expect(masked.split(' ')).toContain('modprobe@drm.service');
      expect(masked).not.toContain(module);
    },
  );

  it('is what holds a shutdown back, with the upgrade it waits for', () => {
    expect(script('idle units')).toMatch(/^for unit in .* unattended-upgrades\.service; do$/m);
    expect(settings('apt-daily-upgrade.service')).toStrictEqual(
      expect.arrayContaining(['Wants=unattended-upgrades.service', 'After=unattended-upgrades.service']),
    );
  });

  it('is what reads the network from where only some machines have it', () => {
    expect(settings('systemd-network-generator.service')).toStrictEqual(
      expect.arrayContaining([
        'ConditionKernelCommandLine=|ip',
        'ConditionKernelCommandLine=|net.ifname_policy',
        'ConditionKernelCommandLine=|net.ifname-policy',
        'ConditionPathExistsGlob=|/run/credentials/@*/network.*',
        'ConditionPathExistsGlob=|/etc/credstore*/network.*',
        'ConditionPathExistsGlob=|/run/credstore*/network.*',
        'ConditionPathExistsGlob=|/usr/lib/credstore*/network.*',
      ]),
    );
    expect(settings('modprobe@efi_pstore.service')).toContain('ConditionPathIsDirectory=/sys/firmware/efi');
  });

  it('is not a check of settings that the server makes itself', () => {
    expect(settings('ssh.service').slice(0, 2)).toStrictEqual(['[Service]', 'ExecStartPre=']);
  });

  it('leaves the settings of others for the same units in force', () => {
    const dropIns = recipe().files.filter(({ path }) => path.startsWith('/etc/systemd/system/'));
    expect(dropIns.map(({ path }) => basename(path)).filter((name) => !name.startsWith('00-'))).toStrictEqual(
      [],
    );
    expect(dropIns.length).toBeGreaterThan(3);
  });

  it('is not what was made for programs that only ask whether there is a wireless network', () => {
    expect(file('/etc/modprobe.d/gild-optimized.conf').split('\n')).toContain('blacklist cfg80211');
  });
});

describe('events of devices at the start', () => {
  it.each([
    ...[
      'block',
      'net',
      'tty',
      'vc',
      'input',
      'pci',
      'virtio',
      'scsi',
      'vmbus',
      'xen',
      'acpi',
      'cpu',
      'memory',
    ],
  ])('are not passed over for the kind %s', (kind) => {
    expect(SILENT_KINDS).not.toContain(kind);
  });

  it.each(['block', 'pci', 'virtio', 'scsi', 'vmbus', 'xen', 'nvme', 'usb', 'hid', 'serio', 'acpi', 'cpu'])(
    'are not passed over in the initial RAM disk for the kind %s',
    (kind) => {
      expect(SILENT_IN_RAM_DISK).not.toContain(kind);
    },
  );

  it('are fewer in the initial RAM disk too', () => {
    expect(file('/etc/initramfs-tools/hooks/gild-virtual-hardware')).toMatch(
      / sed -i 's\/udevadm trigger .*--subsystem-nomatch=tty.*"\$script"$/m,
    );
  });
});

describe('where rpm installs and dracut makes initial RAM disks', () => {
  const fedora = { base_os: 'fedora', os_version: '43' } as const;

  it('starts from the same disks', () => {
    const settings = file('/etc/dracut.conf.d/10-gild-virtual-hardware.conf', recipe(fedora));
    for (const module of ['virtio_blk', 'nvme', 'vmw_pvscsi', 'hv_storvsc', 'ext4'])
      expect(settings).toMatch(new RegExp(`^drivers\\+=".* ${module} .*"$`, 'm'));
    expect(settings).toContain('hostonly="no"\n');
    expect(script('initial RAM disk', recipe(fedora))).toContain('dracut --force');
  });

  it('lists the modules anew, because a kernel is unpacked whole', () => {
    const scripts = (of: ReturnType<typeof recipe>) => of.scripts.map(({ name }) => name);
    expect(scripts(recipe(fedora, { lean: true }))).toContain('module lists');
    expect(scripts(recipe(fedora, { lean: true }))).not.toContain('initial RAM disk');
    expect(scripts(recipe({}, { lean: true }))).not.toContain('module lists');
  });

  it('knows the timers of the family', () => {
    const timers = (auto_updates: boolean) => script('idle units', recipe({ ...fedora, auto_updates }));
    expect(timers(true)).toContain('dnf5-makecache.timer');
    expect(timers(true)).not.toContain('dnf5-automatic.timer');
    expect(timers(false)).toContain('dnf5-automatic.timer');
  });
});
