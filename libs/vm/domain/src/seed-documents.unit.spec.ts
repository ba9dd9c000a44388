import { seedDocuments, type VmIdentity } from './seed-documents.js';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ ada@oak: #1';
const documents = (identity: Partial<VmIdentity>) =>
  Object.fromEntries(
    seedDocuments({ vmId: 'vm-17', hostName: 'web', sshKeys: [], ...identity }).map(({ name, bytes }) => [
      name,
      new TextDecoder().decode(bytes),
    ]),
  );

it('says which machine it is and what it is called', () =>
  expect(documents({})).toStrictEqual({
    'meta-data': 'instance-id: vm-17\nlocal-hostname: web\n',
    'user-data': '#cloud-config\n{}\n',
  }));

it('keeps what looks like a number or a boolean the text it is', () =>
  expect(documents({ vmId: '0017', hostName: 'yes' })['meta-data']).toBe(
    'instance-id: "0017"\nlocal-hostname: "yes"\n',
  ));

it('tells a name with dots whole', () =>
  expect(documents({ hostName: 'web.example.org' })['user-data']).toBe(
    '#cloud-config\nfqdn: web.example.org\nmanage_etc_hosts: localhost\n',
  ));

it("gives keys to the image's default user", () =>
  expect(documents({ sshKeys: [KEY] })['user-data']).toBe(
    `#cloud-config\nssh_authorized_keys:\n  - "${KEY}"\n`,
  ));

it('gives keys to an account of the name that is asked for', () =>
  expect(documents({ user: 'ada', sshKeys: [KEY] })['user-data']).toBe(`#cloud-config
users:
  - name: ada
    shell: /bin/bash
    sudo: ALL=(ALL) NOPASSWD:ALL
    lock_passwd: true
    ssh_authorized_keys:
      - "${KEY}"
`));

it.each([
  ['as it is', 'version: 2\nethernets:\n  eth0:\n    dhcp4: true\n'],
  ['without the key around it', 'network:\n  version: 2\n  ethernets: { eth0: { dhcp4: yes } }\n'],
])('writes a network configuration %s', (_, network) =>
  expect(documents({ network })['network-config']).toBe('version: 2\nethernets:\n  eth0:\n    dhcp4: true\n'),
);
