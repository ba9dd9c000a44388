import type { Clock } from '@gild/ports';
import { consoleWatch } from './console-watch.js';
import { kernelMachine } from './qemu-arguments.js';
import { startQemu } from './qemu-process.js';

/** How long KVM may take to show the first line of a kernel; where it works it takes less than a second. */
export const PROBE_MS = 10_000;

/**
 * Does a stock kernel start under KVM here? There are hosts whose /dev/kvm opens, creates machines and runs firmware, and then
 * hangs in the kernel.
 */
export const kernelStarts = async (probe: {
  kernelPath: string;
  workDir: string;
  clock: Clock;
  signal: AbortSignal;
}): Promise<boolean> => {
  const machine = startQemu(kernelMachine(probe.kernelPath, 'kvm'), probe.workDir);
  const over = new AbortController();
  const signal = AbortSignal.any([probe.signal, over.signal]);
  const started = new Promise<boolean>((resolve) => {
    const watch = consoleWatch({ kernel: () => resolve(true), deadEnd: () => undefined });
    machine.console.on('data', (chunk: Buffer) => watch.add(chunk));
  });
  const late = probe.clock.delay(PROBE_MS, signal).then(() => false);
  late.catch(() => undefined);
  try {
    return await Promise.race([started, late, machine.ended.then(() => false)]);
  } finally {
    over.abort();
    machine.kill();
    machine.port.destroy();
    await machine.ended.catch(() => undefined);
  }
};
