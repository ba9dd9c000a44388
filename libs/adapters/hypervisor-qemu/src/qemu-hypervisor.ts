import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BootTestResult } from '@gild/contracts';
import { Fault, type AcceleratorProbe, type BootTestSpec, type Clock, type Hypervisor } from '@gild/ports';
import { acceleratorMemory, type AcceleratorMemory } from './accelerator-memory.js';
import { bootOnce } from './boot-once.js';
import { hostIdentity, opensKvm, requireQemu } from './host-tools.js';
import { kernelStarts, PROBE_MS } from './kernel-probe.js';
import type { Accelerator } from './qemu-arguments.js';
import { testShape } from './test-disk.js';

/** Firmware and boot loader come before the kernel, which then has as long as in a probe. */
const FIRMWARE_MS = 10_000;

type Host = { clock: Clock; stateDir: string; memory: AcceleratorMemory };

const hostKernel = async (): Promise<string | undefined> => {
  const names = await readdir('/boot').catch(() => []);
  const name = names
    .filter((entry) => entry.startsWith('vmlinuz'))
    .sort()
    .at(-1);
  return name === undefined ? undefined : join('/boot', name);
};

const inFolder = async <T>(parent: string, use: (folder: string) => Promise<T>): Promise<T> => {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'probe-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const findAccelerator = async (host: Host, probe: AcceleratorProbe): Promise<Accelerator | 'unknown'> => {
  await requireQemu();
  if (!(await opensKvm())) return 'tcg';
  const known = await host.memory.recall();
  if (known) return known;
  const kernelPath = probe.kernelPath ?? (await hostKernel());
  if (kernelPath === undefined) return 'unknown';
  const { clock } = host;
  const starts = await inFolder(host.stateDir, (workDir) =>
    kernelStarts({ kernelPath, workDir, clock, signal: probe.signal }),
  );
  const accelerator = starts ? 'kvm' : 'tcg';
  await host.memory.remember(accelerator);
  return accelerator;
};

const notice = (spec: BootTestSpec, text: string): void | Promise<void> =>
  spec.onConsole?.(Buffer.from(`\r\n[gild] ${text}\r\n`));

/**
 * Starts the disk itself under KVM where nobody knows yet whether that works: if its kernel runs, this is the test already; if
 * not, software emulation decides whether KVM or the image is to blame.
 */
const bootToFindOut = async (
  host: Host,
  spec: BootTestSpec,
  onFound: (accelerator: Accelerator) => void,
): Promise<BootTestResult> => {
  const shape = await testShape(spec);
  const tooLate = new AbortController();
  const hasKernel = Promise.withResolvers<true>();
  const enough = new AbortController();
  const limit = host.clock.delay(FIRMWARE_MS + PROBE_MS, AbortSignal.any([spec.signal, enough.signal]));
  limit.then(() => tooLate.abort('KVM did not start the kernel.')).catch(() => undefined);
  const onKernel = () => {
    enough.abort();
    hasKernel.resolve(true);
  };
  const { clock } = host;
  const first = bootOnce({
    spec,
    shape: { ...shape, accelerator: 'kvm' },
    clock,
    onKernel,
    giveUp: tooLate.signal,
  });
  const runs = await Promise.race([hasKernel.promise, first.then(() => false)]).finally(() => enough.abort());
  onFound(runs ? 'kvm' : 'tcg');
  const result = await (runs ? first : bootEmulated(host, spec));
  // Only a guest that got as far as its services proves KVM; an image may print what it likes.
  if (runs ? result.msToUserspace !== undefined : result.msToKernel !== undefined)
    await host.memory.remember(result.accelerator);
  return result;
};

const bootEmulated = async (host: Host, spec: BootTestSpec): Promise<BootTestResult> => {
  await notice(spec, 'No kernel started under KVM; starting again with software emulation.');
  const shape = { ...(await testShape(spec)), accelerator: 'tcg' as const };
  return bootOnce({ spec, shape, clock: host.clock, onKernel: () => undefined });
};

/**
 * Boots images under QEMU on a virtual machine with a disk it cannot write to and a network that reaches nothing.
 * `stateDir` keeps which accelerator works, until the host restarts.
 */
export const qemuHypervisor = (options: { clock: Clock; stateDir: string }): Hypervisor => {
  const host = { ...options, memory: acceleratorMemory(options.stateDir, hostIdentity) };
  let finding: Promise<Accelerator | undefined> | undefined;

  /** Several tests of a new host wait for the first of them to find out. */
  const firstBoot = (spec: BootTestSpec): Promise<BootTestResult> => {
    const found = Promise.withResolvers<Accelerator | undefined>();
    finding = found.promise;
    return bootToFindOut(host, spec, found.resolve).finally(() => {
      found.resolve(undefined);
      finding = undefined;
    });
  };
  const knownAccelerator = async (): Promise<Accelerator | undefined> =>
    (await opensKvm()) ? ((await host.memory.recall()) ?? (await finding)) : 'tcg';

  const bootTest = async (spec: BootTestSpec): Promise<BootTestResult> => {
    if (spec.arch !== 'x86_64')
      throw new Fault(
        'TOOL_MISSING',
        `This host boots x86_64 images only, and the image is for ${spec.arch}.`,
      );
    await requireQemu();
    const known = await knownAccelerator();
    if (known === undefined) return firstBoot(spec);
    const shape = { ...(await testShape(spec)), accelerator: known };
    return bootOnce({ spec, shape, clock: host.clock, onKernel: () => undefined });
  };
  return { accelerator: (probe) => findAccelerator(host, probe), bootTest };
};
