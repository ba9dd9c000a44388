import { bootChoice } from './boot-choice.js';

it('boots an image of the host from BIOS and from UEFI when nothing else is asked for', () =>
  expect(bootChoice({ firmware: 'both' }, 'x86_64')).toStrictEqual({
    arch: 'x86_64',
    firmwares: ['bios', 'uefi'],
    deadlineMs: 600_000,
    emulatedTimes: 4,
  }));

it('boots with Secure Boot where it is asked for, alone or with all others', () => {
  expect(bootChoice({ firmware: 'uefi-secure' }, 'x86_64').firmwares).toStrictEqual(['uefi-secure']);
  expect(bootChoice({ firmware: 'all' }, 'x86_64').firmwares).toStrictEqual(['bios', 'uefi', 'uefi-secure']);
});

it('gives an image of another architecture the firmwares of that', () => {
  const arm = { arch: 'arm64', firmware: 'both' };
  expect(bootChoice(arm, 'x86_64')).toStrictEqual({
    arch: 'aarch64',
    firmwares: ['uefi'],
    deadlineMs: 600_000,
    emulatedTimes: 4,
  });
});

it('takes a time that is told as it is, emulated or not', () =>
  expect(bootChoice({ firmware: 'both', timeout: '60' }, 'x86_64')).toMatchObject({
    deadlineMs: 60_000,
    emulatedTimes: 1,
  }));

it.each([
  [{ arch: 'sparc', firmware: 'both' }, '--arch: expected x86_64 or aarch64, found "sparc"'],
  [
    { arch: 'aarch64', firmware: 'bios' },
    '--firmware: expected one of uefi, both, all for aarch64, found "bios"',
  ],
  [
    { firmware: 'coreboot' },
    '--firmware: expected one of bios, uefi, uefi-secure, both, all for x86_64, found "coreboot"',
  ],
])('refuses %j, saying what there is', (flags, message) =>
  expect(() => bootChoice(flags, 'x86_64')).toThrow(
    expect.objectContaining({ code: 'INVALID_REQUEST', message }),
  ),
);
