import { limitsOfBuild, timesOfBuild } from './limits-of-build.js';

const limits = { idleMs: 10, logBytes: 20, diskBytes: 30, bootMs: 40, bootMemoryMiB: 50 };

it('lets what is emulated be silent four times as long, and take no more of anything else', () => {
  expect(limitsOfBuild('aarch64', { limits, hostArch: 'x86_64' })).toStrictEqual({ ...limits, idleMs: 40 });
  expect(limitsOfBuild('aarch64', { limits, hostArch: 'aarch64' })).toStrictEqual(limits);
});

it('gives what runs in another architecture four times as long', () => {
  expect(timesOfBuild('aarch64', { hostArch: 'x86_64' })).toBe(4);
  expect(timesOfBuild('aarch64', { hostArch: 'aarch64' })).toBe(1);
});
