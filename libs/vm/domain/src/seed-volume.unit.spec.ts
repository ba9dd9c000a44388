import { fatVolume } from './fat-volume.js';
import { seedVolume } from './seed-volume.js';

const identity = { vmId: 'vm-17', hostName: 'web', sshKeys: [] };

it('is the same whenever it is made for the same machine', () => {
  expect(seedVolume(identity)).toStrictEqual(seedVolume(identity));
  expect(seedVolume(identity)).not.toStrictEqual(seedVolume({ ...identity, vmId: 'vm-18' }));
});

it('is as large as a floppy disk, whatever is in it', () => {
  expect(seedVolume(identity)).toHaveLength(1_474_560);
  expect(fatVolume('A', [])).toHaveLength(1_474_560);
});

it.each([
  ['more bytes than it has', [{ name: 'a', bytes: new Uint8Array(1_500_000) }]],
  ['more files than it names', Array.from({ length: 200 }, () => ({ name: 'a', bytes: new Uint8Array() }))],
])('is not made for %s', (_, files) => expect(fatVolume('CIDATA', files)).toBeUndefined());
