import type { BootTestSpec, Hypervisor } from '@gild/ports';
import { withBootSlots } from './with-boot-slots.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A hypervisor whose boots end when they are told to, behind the given number of slots. */
const room = (slots: number) => {
  const running = new Map<string, (end: 'pass' | Error) => void>();
  const hypervisor: Hypervisor = {
    requireTools: ({ arch }) => Promise.reject(new Error(`no machine for ${arch}`)),
    bootTest: ({ diskPath, firmware }) =>
      new Promise((resolve, reject) => {
        running.set(diskPath, (end) => {
          running.delete(diskPath);
          if (end !== 'pass') reject(end);
          else resolve({ firmware, accelerator: 'tcg', passed: true, checks: [] });
        });
      }),
  };
  const bounded = withBootSlots(hypervisor, slots);
  const boot = (diskPath: string, signal = new AbortController().signal) => {
    const spec: BootTestSpec = {
      ...{ diskPath, diskFormat: 'raw', arch: 'x86_64', firmware: 'bios', memoryMiB: 1, checks: [] },
      ...{ deadlineMs: 1, emulatedTimes: 1, workDir: '', signal },
    };
    return bounded.bootTest(spec);
  };
  return {
    ...{ bounded, boot, running },
    end: (disk: string, how: 'pass' | Error = 'pass') => running.get(disk)?.(how),
  };
};

it('boots no more at once than it may, and the others in the order they came', async () => {
  const { boot, running, end } = room(2);
  const boots = ['a', 'b', 'c', 'd'].map((disk) => boot(disk));
  await settle();
  expect([...running.keys()]).toStrictEqual(['a', 'b']);
  end('b');
  await settle();
  expect([...running.keys()]).toStrictEqual(['a', 'c']);
  end('a');
  await settle();
  end('c');
  end('d');
  expect((await Promise.all(boots)).map(({ passed }) => passed)).toStrictEqual([true, true, true, true]);
});

it('gives the turn on when a boot cannot be run', async () => {
  const { boot, running, end } = room(1);
  const [first, second] = [boot('a'), boot('b')];
  await settle();
  end('a', new Error('no qemu'));
  await expect(first).rejects.toThrow('no qemu');
  await settle();
  expect([...running.keys()]).toStrictEqual(['b']);
  end('b');
  await second;
});

it('never starts what was called off while it waited, and keeps the turn for the next', async () => {
  const { boot, running, end } = room(1);
  const stop = new AbortController();
  const [first, second, third] = [boot('a'), boot('b', stop.signal), boot('c')];
  await settle();
  stop.abort(new Error('called off'));
  await expect(second).rejects.toThrow('called off');
  end('a');
  await first;
  await settle();
  expect([...running.keys()]).toStrictEqual(['c']);
  end('c');
  await third;
  await expect(boot('d', stop.signal)).rejects.toThrow('called off');
});

it('says what the host lacks while all turns are taken', async () => {
  const { bounded, boot, running, end } = room(1);
  const first = boot('a');
  await settle();
  expect(running.size).toBe(1);
  await expect(bounded.requireTools({ arch: 'aarch64', firmwares: ['uefi'] })).rejects.toThrow(
    'no machine for aarch64',
  );
  end('a');
  await first;
});
