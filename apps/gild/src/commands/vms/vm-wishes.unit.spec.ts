import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vmWishes, type WishFlags } from './vm-wishes.js';

const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHUfWNlQTG27B1H+AUjMwWcmHQnJYQK4W0JkNtZZqmQn ada@oak';
const folder = mkdtempSync(join(tmpdir(), 'gild-wishes-'));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const wishes = (flags: Partial<WishFlags> = {}, [id, image] = ['vm-17', 'web']) =>
  vmWishes(
    [id ?? '', image ?? ''],
    { sshKey: [], memory: '1G', cpus: '1', ...flags },
    { GILD_HOME: '/home/gild' },
  );

afterAll(() => rmSync(folder, { recursive: true }));

it('is as small as can be where nothing is said', async () =>
  expect(await wishes()).toStrictEqual({
    image: { image: 'web', version: 'latest' },
    arch: undefined,
    place: { vmId: 'vm-17', folder: '/home/gild/vms/vm-17', isOwn: true },
    sizeBytes: undefined,
    firmware: undefined,
    memoryMiB: 1024,
    processors: 1,
    sshPort: undefined,
    identity: { vmId: 'vm-17', hostName: 'vm-17', user: undefined, sshKeys: [], network: undefined },
  }));

it('is what is asked for', async () => {
  const network = 'version: 2\nethernets: { eth0: { dhcp4: true } }\n';
  const keys = file('keys', `# ours\n${ED25519}\n\n  ${ED25519}  \n`);
  const asked = {
    ...{ disk: '/srv/vm', hostname: 'web.example.org', sshKey: [keys], user: 'ada', size: '40G' },
    ...{ network: file('net.yaml', network), memory: '512M', cpus: '4', sshPort: '2222', firmware: 'uefi' },
  };
  expect(await wishes(asked, ['vm_18', 'web@1.0.0'])).toMatchObject({
    image: { image: 'web', version: '1.0.0' },
    place: { vmId: 'vm_18', folder: '/srv/vm', isOwn: false },
    ...{ sizeBytes: 42_949_672_960, firmware: 'uefi', memoryMiB: 512, processors: 4, sshPort: 2222 },
    identity: { hostName: 'web.example.org', user: 'ada', sshKeys: [ED25519, ED25519], network },
  });
});

it.each<[Partial<WishFlags>, RegExp]>([
  [{ hostname: 'a_b' }, /^--hostname: expected a host name: .*, found "a_b"$/],
  [{ user: 'Ada' }, /^--user: expected the name of an account: .*, found "Ada"$/],
  [{ size: '20' }, /^--size: expected a size such as 512M, 20G or 1T, found "20"$/],
  [{ memory: '64M' }, /^--memory: expected 128M or more, found "64M"$/],
  [{ cpus: '0' }, /^--cpus: expected a whole number from 1 to 255, found "0"$/],
  [{ sshPort: '0' }, /^--ssh-port: expected a whole number from 1 to 65535, found "0"$/],
  [{ firmware: 'efi' }, /^--firmware: expected bios, uefi, uefi-secure, found "efi"$/],
  [{ sshKey: ['/no/such'] }, /^--ssh-key: cannot read \/no\/such: ENOENT/],
  [{ network: '/no/such' }, /^--network: cannot read \/no\/such: ENOENT/],
])('is refused with %j', (flags, message) =>
  expect(wishes(flags)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(message),
  }),
);

it.each([
  ['no key', '# none\n', /, found none$/],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n', /, found a private key/],
])('takes no file with %s, and repeats nothing of it', async (_, content, message) => {
  const refused = wishes({ sshKey: [file('key', content)] });
  await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(message) });
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
});

it('says where a network configuration is wrong', async () => {
  const path = file('wrong.yaml', 'version: 2\nethernets: { eth0: { dhcp4: maybe } }\n');
  await expect(wishes({ network: path })).rejects.toMatchObject({
    message: expect.stringMatching(/^--network: no cloud-init network configuration\n.*dhcp4/),
  });
});

it.each([
  ['a/b', /^expected the name of a VM: .*, found "a\/b"$/],
  ['vm_17', /^vm_17 is no host name for the VM: name one with --hostname, a host name: /],
])('lets no VM be called %s', (id, message) =>
  expect(wishes({}, [id, 'web'])).rejects.toMatchObject({ message: expect.stringMatching(message) }),
);
