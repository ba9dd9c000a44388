import { z } from 'zod';

/** Of statements in an envelope (https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md). */
export const IN_TOTO_TYPE = 'application/vnd.in-toto+json';
/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** https://slsa.dev/spec/v1.0/provenance */
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
/** Says what the parameters mean: `docs/guide/provenance.md`. */
export const BUILD_TYPE = 'urn:gild:build-type:image:v1';

const Digest = z.object({ sha256: z.hash('sha256') });

/** Something by its digest (https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md). */
export const ResourceDescriptor = z.object({
  name: z.string().optional(),
  uri: z.string().optional(),
  digest: Digest,
  annotations: z.record(z.string(), z.unknown()).optional(),
});
export type ResourceDescriptor = z.infer<typeof ResourceDescriptor>;

const Subject = z.object({
  name: z.string(),
  digest: Digest,
  annotations: z.object({ image_name: z.string(), version: z.string(), arch: z.string() }),
});

/** An in-toto statement of SLSA provenance about one image file. */
export const ProvenanceStatement = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(Subject).min(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.literal(BUILD_TYPE),
      externalParameters: z.record(z.string(), z.unknown()),
      internalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z.array(ResourceDescriptor),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string() }),
      metadata: z.object({
        invocationId: z.string(),
        startedOn: z.iso.datetime(),
        finishedOn: z.iso.datetime(),
      }),
      byproducts: z.array(ResourceDescriptor),
    }),
  }),
});
export type ProvenanceStatement = z.infer<typeof ProvenanceStatement>;
