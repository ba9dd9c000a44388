import type { RecipeFile } from '@gild/contracts';

// No RSA key: every client since 2011 takes the other two, and making one takes longer than the rest of the first boot.
// Without default dependencies: they would put it after basic.target, which waits for the very socket it goes before.
const sshHostKeys = `[Unit]
Description=Make this machine's SSH host keys
ConditionFileIsExecutable=/usr/bin/ssh-keygen
ConditionPathExists=/etc/ssh/sshd_config
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key.pub
DefaultDependencies=no
After=local-fs.target systemd-remount-fs.service
Before=ssh.service sshd.service ssh.socket
Conflicts=shutdown.target
Before=shutdown.target

[Service]
Type=oneshot
ExecStart=/bin/rm -f /etc/ssh/ssh_host_ecdsa_key /etc/ssh/ssh_host_ecdsa_key.pub /etc/ssh/ssh_host_ed25519_key
ExecStart=/usr/bin/ssh-keygen -q -t ecdsa -N "" -f /etc/ssh/ssh_host_ecdsa_key
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
ExecStart=/bin/sync

[Install]
WantedBy=multi-user.target
`;

// Before network.target, which every service that listens is ordered after.
const snakeoil = `[Unit]
Description=Make this machine's self-signed TLS certificate
ConditionFileIsExecutable=/usr/sbin/make-ssl-cert
ConditionPathExists=!/etc/ssl/private/ssl-cert-snakeoil.key
Before=network.target

[Service]
Type=oneshot
ExecStart=/usr/sbin/make-ssl-cert generate-default-snakeoil --force-overwrite

[Install]
WantedBy=multi-user.target
`;

/** What must differ from machine to machine is made when a machine first starts. */
export const firstBootFiles: readonly RecipeFile[] = [
  { path: '/etc/systemd/system/gild-ssh-host-keys.service', content: sshHostKeys, mode: '0644' },
  { path: '/etc/systemd/system/gild-snakeoil.service', content: snakeoil, mode: '0644' },
];

export const firstBootUnits = ['gild-ssh-host-keys.service', 'gild-snakeoil.service'] as const;
