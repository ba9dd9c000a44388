import type { RecipeFile } from '@gild/contracts';

// growpart ends with 1 where nothing is to grow. The file system grows after it, by fstab.
const unit = `[Unit]
Description=Grow the root partition to the end of the disk
ConditionFileIsExecutable=/usr/bin/growpart
ConditionPathExists=!/usr/bin/systemd-repart
DefaultDependencies=no
After=systemd-remount-fs.service
Before=systemd-growfs-root.service local-fs.target shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
SuccessExitStatus=1
ExecStart=/bin/sh -ec 'root=$$(findmnt --noheadings --output SOURCE /); exec growpart "/dev/$$(lsblk --noheadings --nodeps --output PKNAME "$$root")" "$$(cat "/sys/class/block/$\${root##*/}/partition")"'

[Install]
WantedBy=local-fs.target
`;

/** Where systemd comes without systemd-repart, as in Enterprise Linux, growpart does the same at every start. */
export const growRootFiles: readonly RecipeFile[] = [
  { path: '/etc/systemd/system/gild-grow-root.service', content: unit, mode: '0644' },
];

export const growRootUnits = ['gild-grow-root.service'] as const;
