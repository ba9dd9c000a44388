import { z } from 'zod';

/** One architecture of a version: the job that builds its artifact, and the digest of what it is built from. */
export const VersionPart = z.object({
  arch: z.string(),
  jobId: z.string(),
  inputDigest: z.hash('sha256'),
});
export type VersionPart = z.infer<typeof VersionPart>;

/**
 * Every architecture of the version a message is about, in the definition's order; the job of the first one holds the
 * number. What names none is about one architecture alone.
 */
export const partsOf = ({
  arch,
  jobId,
  inputDigest,
  parts,
}: VersionPart & { parts?: readonly VersionPart[] | undefined }): readonly [
  VersionPart,
  ...VersionPart[],
] => {
  const [first, ...others] = parts ?? [];
  return first === undefined ? [{ arch, jobId, inputDigest }] : [first, ...others];
};
