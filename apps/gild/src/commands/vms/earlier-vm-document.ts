import type { Firmware } from '@gild/contracts';
import { z } from 'zod';

const Earlier = z.looseObject({ boot: z.array(z.string()) });

const firmwareIn = (boot: readonly string[]): Firmware => {
  if (boot.includes('driver=cfi.pflash01,property=secure,value=on')) return 'uefi-secure';
  return boot.some((word) => word.startsWith('if=pflash,')) ? 'uefi' : 'bios';
};

/** A record of a VM as it is written now. The first ones told of the machine only what it is started with. */
export const currentRecord = (record: unknown): unknown => {
  const earlier = Earlier.safeParse(record).data;
  if (earlier === undefined) return record;
  const { boot } = earlier;
  const after = (option: string): string | undefined => boot[boot.lastIndexOf(option) + 1];
  return {
    ...{ uuid: after('-uuid'), memory_mib: Number(after('-m')), processors: Number(after('-smp')) },
    ...{ firmware: firmwareIn(boot), ...earlier },
  };
};
