import type { BootTestResult } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { fakeClock } from '@gild/testing';
import { decidingBoot, PROBE_MS, type BootWatch } from './deciding-boot.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

const result = (accelerator: 'kvm' | 'tcg', more: Partial<BootTestResult> = {}): BootTestResult => ({
  ...{ firmware: 'bios', accelerator, passed: false, checks: [] },
  ...more,
});

/** A first boot on a host: what KVM does with the image, and what emulation does with it. */
const host = (
  kvm: (way: BootWatch) => Promise<BootTestResult>,
  tcg: BootTestResult = result('tcg', { passed: true, msToUserspace: 9 }),
  remember?: () => Promise<never>,
) => {
  const clock = fakeClock();
  const said: string[] = [];
  const done = decidingBoot({
    clock,
    signal: new AbortController().signal,
    limitMs: PROBE_MS,
    boot: (accelerator, way) => (accelerator === 'kvm' ? kvm(way) : Promise.resolve(tcg)),
    onFound: (accelerator) => void said.push(`found ${accelerator}`),
    remember: remember ?? ((accelerator) => Promise.resolve(void said.push(`remember ${accelerator}`))),
    notice: (text) => void said.push(text.includes('disk full') ? 'disk full' : 'again'),
  });
  return { clock, said, done };
};

/** Runs until it is given up, as a kernel that hangs. */
const hanging = ({ onPowerOn, giveUp }: BootWatch): Promise<BootTestResult> =>
  new Promise((resolve) => {
    onPowerOn();
    giveUp.addEventListener('abort', () => resolve(result('kvm', { msToKernel: 5 })));
  });

it('keeps KVM once the guest spoke under it, whatever the verdict on the image', async () => {
  const { said, done } = host(({ onHello }) => {
    onHello();
    return Promise.resolve(result('kvm', { msToUserspace: 3, failure: 'a check failed' }));
  });
  expect(await done).toMatchObject({ accelerator: 'kvm', failure: 'a check failed' });
  expect(said).toStrictEqual(['found kvm', 'remember kvm']);
});

it('starts again with emulation when a kernel hangs under KVM after its first line, and remembers', async () => {
  const { clock, said, done } = host(hanging);
  await clock.advance(PROBE_MS);
  expect(await done).toMatchObject({ accelerator: 'tcg', passed: true });
  expect(said).toStrictEqual(['found tcg', 'again', 'remember tcg']);
});

it('does not end a guest that has spoken, however long it takes', async () => {
  const { clock, said } = host((way) => {
    way.onHello();
    return hanging(way);
  });
  await clock.advance(PROBE_MS * 3);
  await settle();
  expect(said).toStrictEqual(['found kvm', 'remember kvm']);
});

it('gives a guest its whole time from when the machine is switched on', async () => {
  const ready = Promise.withResolvers<undefined>();
  const { clock, said, done } = host((way) => ready.promise.then(() => hanging(way)));
  await clock.advance(PROBE_MS * 3); // while the disk is unpacked
  ready.resolve(undefined);
  await settle();
  await clock.advance(PROBE_MS - 1);
  expect(said).toStrictEqual([]);
  await clock.advance(1);
  await done;
  expect(said).toStrictEqual(['found tcg', 'again', 'remember tcg']);
});

it('keeps the outcome of a boot when what it found cannot be written down', async () => {
  const full = () => Promise.reject(new Error('disk full'));
  const kvm = host(
    ({ onHello }) => {
      onHello();
      return Promise.resolve(result('kvm', { passed: true }));
    },
    undefined,
    full,
  );
  expect(await kvm.done).toMatchObject({ accelerator: 'kvm', passed: true });
  const tcg = host(() => Promise.resolve(result('kvm')), undefined, full);
  expect(await tcg.done).toMatchObject({ accelerator: 'tcg', passed: true });
  expect(tcg.said).toStrictEqual(['found tcg', 'again', 'disk full']);
});

it('remembers nothing when the guest speaks under neither', async () => {
  const { said, done } = host(
    () => Promise.resolve(result('kvm', { failure: 'panic' })),
    result('tcg', { msToKernel: 4, failure: 'panic' }),
  );
  expect(await done).toMatchObject({ accelerator: 'tcg', failure: 'panic' });
  expect(said).toStrictEqual(['found tcg', 'again']);
});

it('starts again when QEMU cannot use KVM at all', async () => {
  const { said, done } = host(() => Promise.reject(new Fault('TOOL_FAILED', 'failed to initialize kvm')));
  expect(await done).toMatchObject({ passed: true });
  expect(said).toStrictEqual(['found tcg', 'again', 'remember tcg']);
});

it('passes on every other trouble of the host', async () => {
  const { done } = host(() => Promise.reject(new Fault('NO_MEMORY', 'none left', { retryable: true })));
  await expect(done).rejects.toMatchObject({ code: 'NO_MEMORY' });
});
