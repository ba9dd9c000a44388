import type { BootTestResult } from '@gild/contracts';
import { hostArch } from '@gild/node-runtime';
import type { BootTestSpec, Clock, Hypervisor } from '@gild/ports';
import { acceleratorMemory } from './accelerator-memory.js';
import { bootOnce } from './boot-once.js';
import { requireBootTools } from './boot-tools.js';
import { decidingBoot, PROBE_MS } from './deciding-boot.js';
import { hostIdentity, opensKvm } from './host-tools.js';
import type { Accelerator } from './machine-models.js';

const notice = (spec: BootTestSpec, text: string): void | Promise<void> =>
  spec.onConsole?.(Buffer.from(`\r\n[gild] ${text}\r\n`));

/**
 * Boots images under QEMU on a virtual machine with a disk it cannot write to and a network that reaches nothing.
 * `stateDir` keeps which accelerator works, until the host restarts.
 */
export const qemuHypervisor = (options: { clock: Clock; stateDir: string }): Hypervisor => {
  const { clock } = options;
  const memory = acceleratorMemory(options.stateDir, hostIdentity);
  let finding: Promise<Accelerator | undefined> | undefined;

  /** Several tests of a new host wait for the first of them to find out. */
  const firstBoot = (spec: BootTestSpec): Promise<BootTestResult> => {
    const found = Promise.withResolvers<Accelerator | undefined>();
    finding = found.promise;
    return decidingBoot({
      boot: (accelerator, watch) => bootOnce({ spec, accelerator, clock, watch }),
      clock,
      signal: spec.signal,
      limitMs: Math.min(PROBE_MS, spec.deadlineMs / 2),
      onFound: found.resolve,
      remember: memory.remember,
      notice: (text) => notice(spec, text),
    }).finally(() => {
      found.resolve(undefined);
      finding = undefined;
    });
  };
  /** KVM runs guests of the host's own architecture only. */
  const knownAccelerator = async ({ arch }: BootTestSpec): Promise<Accelerator | undefined> =>
    arch === hostArch() && (await opensKvm()) ? ((await memory.recall()) ?? (await finding)) : 'tcg';

  const bootTest = async (spec: BootTestSpec): Promise<BootTestResult> => {
    await requireBootTools({ arch: spec.arch, firmwares: [spec.firmware] });
    const known = await knownAccelerator(spec);
    if (known === undefined) return firstBoot(spec);
    return bootOnce({ spec, accelerator: known, clock });
  };
  return { requireTools: (boots) => requireBootTools(boots), bootTest };
};

/** Which accelerator boot tests on this host found to work; undefined before the first of them. `stateDir` as above. */
export const rememberedAccelerator = (stateDir: string): Promise<Accelerator | undefined> =>
  acceleratorMemory(stateDir, hostIdentity).recall();
