import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';
import { StoredObject } from './artifact.js';

/** The signed provenance of the image file for one architecture: a DSSE envelope in the object store. */
export const SignedProvenance = z.object({ arch: z.string(), jobId: z.string(), object: StoredObject });
export type SignedProvenance = z.infer<typeof SignedProvenance>;

/** How a published version came about was written down from the records and signed. */
export const ProvenanceSigned = event('ProvenanceSigned', {
  imageName: z.string(),
  version: z.string(),
  /** Of `SigningKeyIntroduced`. */
  keyId: z.string(),
  /** One for each image file, in the order of the version. */
  envelopes: z.array(SignedProvenance).min(1),
});

/** Everything that can be recorded in a `provenance-…` stream. */
export const ProvenanceEvent = oneOf(ProvenanceSigned);
export type ProvenanceEvent = z.infer<typeof ProvenanceEvent>;
