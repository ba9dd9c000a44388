import { parse, stringify } from 'yaml';
import type { VolumeFile } from './fat-volume.js';

/** What makes a machine a machine of its own, as its seed says it. */
export type VmIdentity = {
  vmId: string;
  hostName: string;
  /** Lines of an authorized_keys file. */
  sshKeys: readonly string[];
  /** Whose account takes the keys, and may do everything without a password; absent: the image's default user. */
  user?: string | undefined;
  /** A cloud-init network configuration that has passed validation; absent: DHCP, as the image has it. */
  network?: string | undefined;
};

const document = (value: unknown): Uint8Array =>
  new TextEncoder().encode(stringify(value, { version: '1.1', lineWidth: 0 }));

const userData = ({ hostName, sshKeys, user }: VmIdentity): object => ({
  // The host name is what stands before the first dot; the whole name is found in /etc/hosts, as `hostname -f` does.
  ...(hostName.includes('.') && { fqdn: hostName, manage_etc_hosts: 'localhost' }),
  ...(user === undefined
    ? sshKeys.length > 0 && { ssh_authorized_keys: sshKeys }
    : { users: [account(user, sshKeys)] }),
});

const account = (name: string, keys: readonly string[]): object => ({
  name,
  shell: '/bin/bash',
  sudo: 'ALL=(ALL) NOPASSWD:ALL',
  lock_passwd: true,
  ...(keys.length > 0 && { ssh_authorized_keys: keys }),
});

/** Without the key `network` around it, which not every release of cloud-init takes in a seed. */
const networkConfig = (text: string): unknown => {
  const value = parse(text, { version: '1.1', maxAliasCount: 0 }) as Record<string, unknown>;
  return value['network'] ?? value;
};

/**
 * The files of a seed for cloud-init's data source NoCloud
 * (https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html). The same identity gives the same bytes.
 */
export const seedDocuments = (identity: VmIdentity): readonly VolumeFile[] => {
  const { vmId, hostName, network } = identity;
  const header = new TextEncoder().encode('#cloud-config\n');
  return [
    { name: 'meta-data', bytes: document({ 'instance-id': vmId, 'local-hostname': hostName }) },
    { name: 'user-data', bytes: new Uint8Array([...header, ...document(userData(identity))]) },
    ...(network === undefined ? [] : [{ name: 'network-config', bytes: document(networkConfig(network)) }]),
  ];
};
