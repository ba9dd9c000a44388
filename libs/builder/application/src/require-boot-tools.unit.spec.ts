import { Fault } from '@gild/ports';
import { failureIn, farm, typesOf } from './builder-under-test.spec.js';

const lacking = new Fault('TOOL_MISSING', 'install qemu-system-arm');

/** A farm that records what it is asked for, on a host that can boot nothing. */
const poorHost = (...image: Parameters<typeof farm>) => {
  const under = farm(...image);
  const asked: string[] = [];
  under.fake.onRequireTools = ({ arch, firmwares }) => {
    asked.push(`${arch}: ${firmwares.join(' ')}`);
    return Promise.reject(lacking);
  };
  return { ...under, asked };
};

it('ends before anything is resolved or made where the boot test could not be run, with what to install', async () => {
  const { fake, deps, asked, store, build, log } = poorHost();
  deps.toolchain = { ...fake.toolchain, resolve: () => Promise.reject(new Error('a mirror was asked')) };
  const facts = await build(await store(['nginx']));
  expect(failureIn(facts)).toStrictEqual({
    ...{ class: 'infrastructure', code: 'TOOL_MISSING', message: 'install qemu-system-arm' },
    retryable: false,
  });
  expect(typesOf(facts)).toStrictEqual(['LogStored', 'AttemptEnded']);
  expect(asked).toStrictEqual(['x86_64: bios uefi uefi-secure']);
  expect([fake.built, fake.workDirs.size]).toStrictEqual([[], 0]);
  expect(await log()).toContain('failed: install qemu-system-arm\n');
});

it('asks for what the architecture of the image needs, not that of the host', async () => {
  const { asked, store, build } = poorHost('aarch64');
  await build(await store([]));
  expect(asked).toStrictEqual(['aarch64: uefi']);
});

it.each([
  ['who asks for the build wants none', {}, { bootTest: false }],
  ['the definition wants none', { steps: { run_tests: false } }, {}],
])('builds without looking for what a boot test needs where %s', async (_, definition, options) => {
  const { asked, store, build } = poorHost();
  const facts = await build(await store([], definition), options);
  expect(facts.at(-1)?.type).toBe('ArtifactReported');
  expect(asked).toStrictEqual([]);
});
