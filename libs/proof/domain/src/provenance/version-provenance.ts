import { type ProvenanceEvent, ProvenanceSigned, type SignedProvenance } from '@gild/contracts';
import { accept, command, oneOf, type Decider } from '@gild/kernel';
import type { z } from 'zod';

export const ProvenanceCommand = oneOf(command('SignProvenance', ProvenanceSigned.shape.data.shape));
export type ProvenanceCommand = z.infer<typeof ProvenanceCommand>;

/** One signing of a version's provenance. */
export type Signing = { keyId: string; envelopes: readonly SignedProvenance[] };

/** By key, in the order in which they were recorded. */
export type ProvenanceState = { signed: readonly Signing[] };

/** The provenance of a version: signed once with a key, however many registries do it. */
export const versionProvenance: Decider<ProvenanceState, ProvenanceCommand, ProvenanceEvent, never> = {
  initial: { signed: [] },
  decide: ({ data }, { signed }) =>
    signed.some(({ keyId }) => keyId === data.keyId) ? accept() : accept({ type: 'ProvenanceSigned', data }),
  evolve: ({ signed }, { data: { keyId, envelopes } }) => ({ signed: [...signed, { keyId, envelopes }] }),
};
