import type { Arch, X86Level } from '@gild/contracts';

export type Accelerator = 'kvm' | 'tcg';

/** The machine images of an architecture are tested in. */
export type MachineModel = {
  /** QEMU for it, and the Debian package that brings it. */
  program: string;
  package: string;
  machine: string;
  /** Under KVM the host's own; emulated, the simplest that programs of the level run on. */
  processor: { kvm: string; tcg: (level: X86Level) => string };
  /** How many of them a machine has whose image is tested. */
  processors: Readonly<Record<Accelerator, number>>;
  devices: readonly string[];
  /** Added where the firmware guards the variables of Secure Boot: only its own code, in system management mode, may write them. */
  guard: { machine: string; options: readonly string[] };
};

// What each level has that the model, or the level before, has not. QEMU emulates the third since 7.2. `xsaveopt` is no part of
// it, but real processors of it have it, and Linux hangs at its start where only `xsave` is there.
const SECOND = '+ssse3,+sse4.1,+sse4.2,+popcnt';
const THIRD = '+avx,+avx2,+bmi1,+bmi2,+fma,+f16c,+movbe,+abm,+xsave,+xsaveopt';
const X86_LEVELS: Readonly<Record<X86Level, string>> = {
  2: `qemu64,+rdrand,${SECOND}`,
  3: `qemu64,+rdrand,${SECOND},${THIRD}`,
};

export const MACHINE_MODELS: Readonly<Record<Arch, MachineModel>> = {
  x86_64: {
    program: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    machine: 'q35,graphics=off,dump-guest-core=off',
    // Emulated, one processor of the simplest kind its programs run on: a second one, or what `max` adds, costs a quarter of the
    // time each. Firmwares are tested side by side, so the host's other processors are not idle.
    processor: { kvm: 'max', tcg: (level) => X86_LEVELS[level] },
    processors: { kvm: 2, tcg: 1 },
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
    processor: { kvm: 'max', tcg: () => 'cortex-a57' },
    processors: { kvm: 2, tcg: 2 },
    // The processor has no random numbers of its own, and keys are made at the first start.
    devices: ['-device', 'virtio-rng-pci'],
    guard: { machine: '', options: [] },
  },
};
