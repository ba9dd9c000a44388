import { emulatorMissing, foreignArch, registration } from './foreign-arch.js';

it('says what to install, or that the kernel is too old for a table of its own', () => {
  expect(emulatorMissing('aarch64 ').message).toBe(
    'Programs for aarch64 need an emulator on this host: install qemu-user-static.',
  );
  expect(emulatorMissing('aarch64 Operation not permitted').message).toMatch(
    /^Programs for aarch64 cannot be emulated: before Linux 6\.7 .* \(Operation not permitted\).*binfmt-support/,
  );
});

it('takes tools of the host for native whatever the tree holds', () => {
  const foreign = process.arch === 'arm64' ? 'x86_64' : 'aarch64';
  expect(foreignArch({ arch: foreign, root: 'image' })).toBe(foreign);
  expect(foreignArch({ arch: foreign, root: 'host' })).toBeUndefined();
  expect(foreignArch({ root: 'image' })).toBeUndefined();
});

it('looks for emulators only in folders of the search path that are named whole', () => {
  expect(registration('aarch64', '')).toBeUndefined();
  expect(registration('aarch64', '.:usr/bin:/nowhere')).toBeUndefined();
});
