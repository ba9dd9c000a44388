import { fakeClock } from '@gild/testing';
import { untilOff } from './vm-power.js';

/** A machine that heeds only what is named, and what is said to whoever runs it. */
const running = (...heeds: ('pressPower' | 'cutPower' | 'kill')[]) => {
  const [clock, interrupt] = [fakeClock(), new AbortController()];
  const asked: string[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const hear = (deed: 'pressPower' | 'cutPower' | 'kill') => () => {
    asked.push(deed);
    if (heeds.includes(deed)) end();
  };
  const vm = { pressPower: hear('pressPower'), cutPower: hear('cutPower'), kill: hear('kill') };
  let insist: (() => void) | undefined;
  const context = {
    interrupted: interrupt.signal,
    onInsisted: (handle: () => void) => {
      insist = handle;
      return () => void (insist = undefined);
    },
    terminal: { note: (line: string) => void asked.push(line) },
  };
  const off = untilOff({ ...vm, ended }, { context, clock });
  return {
    ...{ clock, asked, off, end },
    interrupt: () => interrupt.abort(),
    insist: () => insist?.(),
    isHeld: () => insist !== undefined,
  };
};

const ASKED = ['shutting down; Ctrl-C again cuts the power', 'pressPower'];

it('asks the guest to shut down at the first Ctrl-C', async () => {
  const vm = running('pressPower');
  vm.interrupt();
  await vm.off;
  await vm.clock.advance(1_000_000);
  expect(vm.asked).toStrictEqual(ASKED);
});

it('cuts the power of a guest that does not within two minutes', async () => {
  const vm = running('cutPower');
  vm.interrupt();
  await vm.clock.advance(119_999);
  expect(vm.asked).toStrictEqual(ASKED);
  await vm.clock.advance(1);
  await vm.off;
  expect(vm.asked.slice(2)).toStrictEqual([
    'the guest did not shut down within 120 s: cutting its power',
    'cutPower',
  ]);
});

it('kills a QEMU that heeds nothing, ten seconds after the second Ctrl-C', async () => {
  const vm = running('kill');
  vm.interrupt();
  vm.insist();
  await vm.clock.advance(9_999);
  expect(vm.asked).toStrictEqual([...ASKED, 'cutPower']);
  await vm.clock.advance(1);
  await vm.off;
  expect(vm.asked.slice(3)).toStrictEqual(['QEMU did not end within 10 s: killing it', 'kill']);
});

it('kills it after 130 s where nobody insists', async () => {
  const vm = running('kill');
  vm.interrupt();
  await vm.clock.advance(130_000);
  await vm.off;
  expect(vm.asked.at(-1)).toBe('kill');
});

it('kills it at once at the third Ctrl-C', async () => {
  const vm = running('kill');
  vm.interrupt();
  vm.insist();
  vm.insist();
  await vm.off;
  expect(vm.asked).toStrictEqual([...ASKED, 'cutPower', 'kill']);
});

it('lets a second Ctrl-C end the program again when the machine is off', async () => {
  const vm = running();
  expect(vm.isHeld()).toBe(true);
  vm.end();
  await vm.off;
  expect(vm.isHeld()).toBe(false);
  vm.interrupt();
  expect(vm.asked).toStrictEqual([]);
});
