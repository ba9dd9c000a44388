import type { RecipeFile } from '@gild/contracts';
import { coldplugInRamDisk } from './device-events.js';

/**
 * What an initial RAM disk needs to find the root file system on every hypervisor that is in wide use, and to be typed into when
 * it does not. A module that a kernel has built in, or that its architecture does not have, is passed over.
 */
const BOOT_MODULES: Readonly<Record<string, readonly string[]>> = {
  'file system': ['ext4', 'crc32c', 'crc32c-intel'],
  'KVM, Google, Oracle, OpenStack': ['virtio_pci', 'virtio_mmio', 'virtio_blk', 'virtio_scsi'],
  'NVMe: Amazon, Azure (behind Hyper-V PCI), Google': ['nvme', 'vmd', 'pci-hyperv'],
  'SATA and IDE: QEMU, VirtualBox, VMware': ['ahci', 'ata_piix', 'ata_generic'],
  'VMware and VirtualBox': ['vmw_pvscsi', 'mptspi', 'mptsas'],
  'Xen and older Amazon': ['xen-blkfront', 'xen-scsifront'],
  'Hyper-V and Azure': ['hv_vmbus', 'hv_storvsc', 'hyperv-keyboard'],
  'disks of the above': ['sd_mod', 'sr_mod'],
  'keyboards on USB': ['xhci-pci', 'ehci-pci', 'usbhid', 'hid-generic'],
};

// The hook names modules instead of /etc/initramfs-tools/modules, which would load each of them on every machine: here udev loads
// what the machine has.
const hook = `#!/bin/sh
# The modules of virtual machines, in place of those of every machine (MODULES=most).
set -e
case "\${1:-}" in
prereqs)
  echo
  exit 0
  ;;
esac
. /usr/share/initramfs-tools/hook-functions
${Object.entries(BOOT_MODULES)
  .map(([purpose, modules]) => `# ${purpose}\nmanual_add_modules ${modules.join(' ')}`)
  .join('\n')}
# Devices that have nothing to load are passed over.
${coldplugInRamDisk}`;

/** Never `dep`, which takes the modules of the machine that builds. */
const settings = 'MODULES=list\nRESUME=none\n';

/** Makes every initial RAM disk of the image, those of later kernels too, a small one that starts any virtual machine. */
export const initramfsToolsFiles: readonly RecipeFile[] = [
  { path: '/etc/initramfs-tools/conf.d/gild-virtual-hardware.conf', content: settings, mode: '0644' },
  { path: '/etc/initramfs-tools/hooks/gild-virtual-hardware', content: hook, mode: '0755' },
];

// `drivers` are all of the kernel's modules that are put in; without hostonly nothing of the machine that builds is.
const dracutSettings = `# The modules of virtual machines, in place of those of every machine.
hostonly="no"
${Object.entries(BOOT_MODULES)
  .map(([purpose, modules]) => `# ${purpose}\ndrivers+=" ${modules.join(' ')} "`)
  .join('\n')}
`;

/** The same where dracut makes them. */
export const dracutFiles: readonly RecipeFile[] = [
  { path: '/etc/dracut.conf.d/10-gild-virtual-hardware.conf', content: dracutSettings, mode: '0644' },
];
