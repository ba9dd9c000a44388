import { ARCHES, OS_RELEASES, resolveDefinition } from '@gild/contracts';
import { isBootTested, neededLevel, plannedBoots, testedFirmwares } from './planned-boots.js';

const definition = resolveDefinition({ name: 'web', base_os: 'debian', os_version: '12' });

it('boots an image for a PC from BIOS, from UEFI, and with Secure Boot', () =>
  expect(plannedBoots({ arch: 'x86_64', definition })).toStrictEqual([
    { firmware: 'bios' },
    { firmware: 'uefi' },
    { firmware: 'uefi-secure' },
  ]));

it('boots an image for ARM from UEFI', () =>
  expect(plannedBoots({ arch: 'aarch64', definition })).toStrictEqual([{ firmware: 'uefi' }]));

it('says of a release without signed loaders that Secure Boot is not tested, and why', () =>
  expect(plannedBoots({ arch: 'x86_64', definition: { ...definition, os_version: '10' } })).toStrictEqual([
    { firmware: 'bios' },
    { firmware: 'uefi' },
    {
      firmware: 'uefi-secure',
      untested: 'debian 10 has no boot loader for x86_64 that is signed for Secure Boot',
    },
  ]));

it('makes no boot of what is not tested', () =>
  expect(testedFirmwares({ arch: 'x86_64', definition: { ...definition, os_version: '10' } })).toStrictEqual([
    'bios',
    'uefi',
  ]));

it('boots an image where the definition and who asks for the build both want it', () => {
  const untested = { ...definition, steps: { ...definition.steps, run_tests: false } };
  expect(isBootTested(definition, true)).toBe(true);
  expect([isBootTested(definition, false), isBootTested(untested, true)]).toStrictEqual([false, false]);
});

it('needs a processor of the third level for Enterprise Linux 10 on a PC, and for nothing else', () => {
  const needing = Object.values(OS_RELEASES)
    .flat()
    .flatMap(({ distribution, version }) => ARCHES.map((arch) => ({ distribution, version, arch })))
    .filter(({ distribution: base_os, version: os_version, arch }) => {
      const level = neededLevel({ arch, definition: { ...definition, base_os, os_version } });
      return (level ?? 2) > 2;
    });
  expect(
    needing.map(({ distribution, version, arch }) => `${distribution} ${version} ${arch}`),
  ).toStrictEqual(['centos 10 x86_64', 'rhel 10 x86_64']);
});
