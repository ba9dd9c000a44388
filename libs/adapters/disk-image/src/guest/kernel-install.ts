import type { RecipeFile } from '@gild/contracts';
import { WRITE_MENU } from './grub-menu.js';

// It comes first and ends the others (77): they would make entries for a boot loader that does not start this disk.
const plugin = `#!/bin/sh
# Puts a kernel where the menu of this machine's disk has it, or takes it away, and writes the menu anew.
set -e
verb=$1 version=$2
case $verb in
add)
  depmod "$version"
  cp "\${4:-/usr/lib/modules/$version/vmlinuz}" "/boot/vmlinuz-$version"
  dracut --force --quiet --no-hostonly --kver "$version" "/boot/initramfs-$version.img"
  ;;
remove) rm -f "/boot/vmlinuz-$version" "/boot/initramfs-$version.img" ;;
*) exit 0 ;;
esac

for settings in /etc/default/grub /etc/default/grub.d/*.cfg; do
  [ ! -r "$settings" ] || . "$settings"
done
${WRITE_MENU}
cd /
uuid=$(sed -n 's/^search --no-floppy --fs-uuid --set=root //p' boot/grub/grub.cfg | head -n 1)
delay=\${GRUB_TIMEOUT:-1} serial=$GRUB_SERIAL_COMMAND
parameters="$GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT"
write_menu $(ls boot | grep '^vmlinuz-' | sort -rV) >boot/grub/grub.cfg.new
sync boot/grub/grub.cfg.new
mv boot/grub/grub.cfg.new boot/grub/grub.cfg
sync boot/grub
exit 77
`;

/** Has a machine of the Red Hat family start the kernels it installs later, as update-grub does on Debian. */
export const kernelInstallFiles: readonly RecipeFile[] = [
  { path: '/etc/kernel/install.d/10-gild.install', content: plugin, mode: '0755' },
];
