import type { Arch } from '@gild/contracts';

export type Accelerator = 'kvm' | 'tcg';

/** The machine images of an architecture are tested in. */
export type MachineModel = {
  /** QEMU for it, and the Debian package that brings it. */
  program: string;
  package: string;
  machine: string;
  processor: Readonly<Record<Accelerator, readonly string[]>>;
  devices: readonly string[];
  /** Added where the firmware guards the variables of Secure Boot: only its own code, in system management mode, may write them. */
  guard: { machine: string; options: readonly string[] };
};

export const MACHINE_MODELS: Readonly<Record<Arch, MachineModel>> = {
  x86_64: {
    program: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    machine: 'q35,graphics=off,dump-guest-core=off',
    // Emulated, one processor of the simplest kind distributions still run on (x86-64-v2): a second one, or what `max` adds, costs
    // a quarter of the time each. Firmwares are tested side by side, so the host's other processors are not idle.
    processor: {
      kvm: ['-accel', 'kvm', '-cpu', 'max', '-smp', '2'],
      tcg: ['-accel', 'tcg', '-cpu', 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand', '-smp', '1'],
    },
    devices: [],
    guard: {
      machine: ',smm=on',
      options: [
        ...['-global', 'driver=cfi.pflash01,property=secure,value=on'],
        ...['-global', 'ICH9-LPC.disable_s3=1'],
      ],
    },
  },
  aarch64: {
    program: 'qemu-system-aarch64',
    package: 'qemu-system-arm',
    machine: 'virt,gic-version=max,dump-guest-core=off',
    // Emulated, without the pointer authentication of newer ones, which takes most of the time where `max` is emulated.
    processor: {
      kvm: ['-accel', 'kvm', '-cpu', 'max', '-smp', '2'],
      tcg: ['-accel', 'tcg', '-cpu', 'cortex-a57', '-smp', '2'],
    },
    // The processor has no random numbers of its own, and keys are made at the first start.
    devices: ['-device', 'virtio-rng-pci'],
    guard: { machine: '', options: [] },
  },
};
