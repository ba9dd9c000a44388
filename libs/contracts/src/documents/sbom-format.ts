import { z } from 'zod';

/** What a bill of materials is written in: SPDX 2.3 or CycloneDX 1.6, both as JSON. */
export const SBOM_FORMATS = ['spdx', 'cyclonedx'] as const;
export const SbomFormat = z.enum(SBOM_FORMATS);
export type SbomFormat = z.infer<typeof SbomFormat>;
