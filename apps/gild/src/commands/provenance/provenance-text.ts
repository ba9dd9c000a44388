import type { ProvenanceStatement } from '@gild/proof-domain';

/** What a statement that was verified says, as documents of Gild have it. */
export type ProvenanceFacts = {
  image_name: string;
  version: string;
  arch: string;
  file: string;
  checksum: string;
  builder: string;
  job_id: string;
  started_at: string;
  finished_at: string;
  /** Which key signed it, as the envelope names it. */
  signed_with: string;
};

export const factsOf = ({ subject, predicate }: ProvenanceStatement, signedWith: string): ProvenanceFacts[] =>
  subject.map(({ name, digest, annotations }) => {
    const { builder, metadata } = predicate.runDetails;
    return {
      ...annotations,
      ...{ file: name, checksum: digest.sha256, builder: builder.id, job_id: metadata.invocationId },
      ...{ started_at: metadata.startedOn, finished_at: metadata.finishedOn, signed_with: signedWith },
    };
  });

/** The provenance for people. */
export const provenanceText = (statement: ProvenanceStatement, signedWith: string): string => {
  const { buildDefinition, runDetails } = statement.predicate;
  return factsOf(statement, signedWith)
    .flatMap((facts) => [
      `${facts.image_name}@${facts.version} for ${facts.arch}`,
      `  file        ${facts.file}, sha256 ${facts.checksum}`,
      `  built by    ${facts.builder}, job ${facts.job_id}`,
      `  from        ${facts.started_at} to ${facts.finished_at}`,
      `  asked by    ${String(buildDefinition.externalParameters['requested_by'])}`,
      ...buildDefinition.resolvedDependencies.map((it) => described('made of', it)),
      ...runDetails.byproducts.map((it) => described('reported', it)),
      `  signed with ${facts.signed_with}`,
    ])
    .map((line) => `${line}\n`)
    .join('');
};

type Resource = { name?: string | undefined; digest: { sha256: string } };

const described = (how: string, { name, digest }: Resource): string =>
  `  ${how.padEnd(11)} ${name ?? 'a file'}, sha256 ${digest.sha256}`;
