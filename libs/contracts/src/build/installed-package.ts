import { z } from 'zod';

/**
 * A package as the image's own database names it. `source` is the source package it was built from, which is what security
 * advisories name; `sourceVersion` its version, absent where it is the package's own, and `license` as the database has it. Lists of
 * earlier releases lack both.
 */
export const InstalledPackage = z.object({
  name: z.string().min(1),
  version: z.string(),
  arch: z.string(),
  source: z.string(),
  sourceVersion: z.string().optional(),
  license: z.string().optional(),
});
export type InstalledPackage = z.infer<typeof InstalledPackage>;
