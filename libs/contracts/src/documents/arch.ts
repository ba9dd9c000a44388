import { z } from 'zod';

/** CPU architectures images are built for, under the names Gild uses everywhere. */
export const ARCHES = ['x86_64', 'aarch64'] as const;
export type Arch = (typeof ARCHES)[number];

/** An architecture in a resolved document. */
export const Arch = z.enum(ARCHES).meta({ errorMessage: 'expected one of x86_64, aarch64' });

/** An architecture as people write it: `arm64` is another name of `aarch64`. */
export const ArchName = z
  .enum([...ARCHES, 'arm64'])
  .meta({ errorMessage: 'expected one of x86_64, aarch64, arm64' })
  .transform((name): Arch => (name === 'arm64' ? 'aarch64' : name))
  .pipe(z.enum(ARCHES));
