import type { BootTestResult } from '@gild/contracts';
import { faultCode, type Clock } from '@gild/ports';
import type { Accelerator } from './machine-models.js';

/** How long a guest may take under KVM until its agent speaks; where KVM works it takes a few seconds. */
export const PROBE_MS = 60_000;

/** How a boot is watched while it is not known whether KVM works. */
export type BootWatch = {
  /** Called when the machine starts; what is made ready for it before takes its time. */
  onPowerOn: () => void;
  /** Called when the agent in the guest speaks. */
  onHello: () => void;
  /** Ends the attempt as a failed one, with its reason as the sentence. */
  giveUp: AbortSignal;
};

export type FirstBoot = {
  boot: (accelerator: Accelerator, watch: BootWatch) => Promise<BootTestResult>;
  clock: Clock;
  signal: AbortSignal;
  limitMs: number;
  /** Called as soon as others can go on. */
  onFound: (accelerator: Accelerator) => void;
  remember: (accelerator: Accelerator) => Promise<void>;
  notice: (text: string) => void | Promise<void>;
};

/** The boot under KVM, and whether its guest spoke in time. */
const bootUnderKvm = async ({ boot, clock, signal, limitMs }: FirstBoot) => {
  const tooLate = new AbortController();
  const enough = new AbortController();
  const hello = Promise.withResolvers<true>();
  const startLimit = () => {
    const limit = clock.delay(limitMs, AbortSignal.any([signal, enough.signal]));
    limit.then(() => tooLate.abort('The guest did not start under KVM.')).catch(() => undefined);
  };
  const result = boot('kvm', {
    onPowerOn: startLimit,
    onHello: () => {
      enough.abort();
      hello.resolve(true);
    },
    giveUp: tooLate.signal,
  });
  const ended = result.then(
    () => false,
    (error: unknown) => {
      if (faultCode(error) === 'TOOL_FAILED') return false;
      throw error;
    },
  );
  const hasSpoken = await Promise.race([hello.promise, ended]).finally(() => enough.abort());
  return { hasSpoken, result };
};

/** What cannot be written down is found out again; it takes nothing from the boot that found it. */
const noteDown = ({ remember, notice }: FirstBoot, accelerator: Accelerator): Promise<void> =>
  remember(accelerator).catch((cause: Error) =>
    notice(`Which accelerator works here could not be written down: ${cause.message}`),
  );

/**
 * Boots where nobody knows yet whether KVM works. There are hosts whose /dev/kvm opens, creates machines, runs firmware and
 * shows a kernel's first line, and then hangs. So only a guest that spoke proves KVM; of one that did not, software emulation
 * judges, and only if the guest speaks there is KVM to blame.
 */
export const decidingBoot = async (first: FirstBoot): Promise<BootTestResult> => {
  const { hasSpoken, result } = await bootUnderKvm(first);
  first.onFound(hasSpoken ? 'kvm' : 'tcg');
  if (hasSpoken) {
    const [boot] = await Promise.all([result, noteDown(first, 'kvm')]);
    return boot;
  }
  await first.notice('The guest did not start under KVM; starting again with software emulation.');
  const emulated = await first.boot('tcg', {
    onPowerOn: () => undefined,
    onHello: () => undefined,
    giveUp: new AbortController().signal,
  });
  if (emulated.msToUserspace !== undefined) await noteDown(first, 'tcg');
  return emulated;
};
