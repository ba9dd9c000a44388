import {
  type AuditCheckpoint,
  type AuditKey,
  type AuditKeys,
  type AuditReport,
  type DsseEnvelope,
  type EventProof,
  type RecordedKey,
  RevokeKey,
  RotateKey,
  streams,
} from '@gild/contracts';
import { resolveMoment, storeAsOf } from '@gild/application-core';
import { publicKeyPem } from '@gild/proof-domain';
import { Fault, type RecordedEvent } from '@gild/ports';
import { z } from 'zod';
import type { ProofDeps } from '../proof-deps.js';
import { newestCheckpoint, type SignedCheckpoint } from '../proof-objects.js';
import { keyIdText, type Proving, provingWith, provingWithAll, requireSigner } from '../signing.js';
import { revokeKey, rotateKey } from '../keys/key-requests.js';
import { recordedKeys } from '../keys/recorded-keys.js';
import { keyRevoked, revocationsOf } from '../keys/revocations.js';
import { storedProvenance } from '../provenance/stored-provenance.js';
import type { Notary } from '../notary/notary.js';
import { judgeKept, keptCheckpoint, vanishedFindings, withConsistency } from './kept-checkpoint.js';
import { proveEvent } from './prove-event.js';
import { Rotations } from './rotations.js';
import { verifiedTiles } from './verified-tiles.js';
import { verifyHistory } from './verify-history.js';

const VersionQuery = z.strictObject({ image: z.string().min(1), version: z.string().min(1) });
const AtQuery = z.strictObject({ at: z.string().min(1).optional() });
const ProvenanceQuery = VersionQuery.extend({ arch: z.string().optional(), ...AtQuery.shape });
const VerifyQuery = z.strictObject({ checkpoint: z.string().max(65_536).optional() });

/** What an auditor asks. Requests are checked here. What nothing is signed for is refused with NOT_SIGNED. */
export type AuditService = {
  /** The public key. */
  key: () => Promise<AuditKey>;
  /** `RotateKey` of the contracts: the new key. */
  rotateKey: (request: unknown) => Promise<RecordedKey>;
  /** `RevokeKey`. */
  revokeKey: (request: unknown) => Promise<RecordedKey>;
  /** `{ at? }`: every key that is on record, oldest first. */
  keys: (query?: unknown) => Promise<AuditKeys>;
  /** The newest signed checkpoint: who keeps it can tell later whether the history still begins like this. */
  checkpoint: () => Promise<AuditCheckpoint>;
  /** `{ image, version }`: that the version was published, to be judged without a server. */
  proof: (query: unknown) => Promise<EventProof>;
  /** `{ image, version, arch?, at? }`: the signed provenance of an image file. */
  provenance: (query: unknown) => Promise<DsseEnvelope>;
  /** `{ checkpoint? }`: compares every event with what was signed, and with a checkpoint that somebody kept. */
  verify: (query: unknown) => Promise<AuditReport>;
};

/** `notary`: the one that signs the history here; while it refuses to, no key is rotated, for the reason it has. */
export const auditService = (deps: ProofDeps, notary?: Pick<Notary, 'state'>): AuditService => {
  const proving = provingWith(deps);
  return {
    key: async () => {
      const signer = requireSigner(deps);
      const key_id = keyIdText(signer, proving);
      return { name: signer.name, key_id, public_key: publicKeyPem(signer.publicKey) };
    },
    keys: async (query) => ({ keys: await recordedKeys(await asOf(parse(AtQuery, query ?? {}), deps)) }),
    rotateKey: async (request) => {
      const asked = parse(RotateKey, request);
      const refused = notary?.state().refused;
      if (refused !== undefined) throw refused;
      return rotateKey(asked, deps, proving);
    },
    revokeKey: async (request) => revokeKey(parse(RevokeKey, request), deps, proving),
    checkpoint: async () => {
      const { checkpoint, note } = await requireSigned(deps, proving);
      return { size: checkpoint.size, checkpoint: note };
    },
    proof: async (query) => {
      const { image, version } = parse(VersionQuery, query);
      const published = await publishedEvent(deps, image, version);
      const signed = await requireSigned(deps, proving);
      return proveEvent(published, { signed, proving, tiles: await tilesOf(signed, deps, proving) });
    },
    provenance: async (query) => {
      const { at, ...asked } = parse(ProvenanceQuery, query);
      return storedProvenance(asked, await asOf({ at }, deps));
    },
    verify: async (query) => {
      const { checkpoint } = parse(VerifyQuery, query ?? {});
      return auditReport(checkpoint, deps, proving);
    },
  };
};

/** The same farm with the log as it was. Fault: INVALID_REQUEST. */
const asOf = async ({ at }: z.infer<typeof AtQuery>, deps: ProofDeps): Promise<ProofDeps> =>
  at === undefined ? deps : { ...deps, store: storeAsOf(deps.store, await resolveMoment(at, deps)) };

const auditReport = async (
  keptNote: string | undefined,
  deps: ProofDeps,
  proving: Proving,
): Promise<AuditReport> => {
  const kept =
    keptNote === undefined
      ? undefined
      : await keptCheckpoint(keptNote, await provingWithAll(deps), await revocationsOf(deps));
  const signed = await requireSigned(deps, proving);
  const tiles = await tilesOf(signed, deps, proving);
  const given = { store: deps.store, hashes: proving.hashes, checkpoint: signed.checkpoint, tiles };
  const rotations = new Rotations(streams.keys(deps.registryId), proving.crypto);
  const found = await verifyHistory({ ...given, rotations, alsoAt: kept?.checkpoint.size });
  const judged = kept && (await withConsistency(judgeKept(kept, found), tiles));
  const { events, unsigned, more, isSigned } = found;
  const findings = [...found.findings, ...vanishedFindings(judged, signed.checkpoint.size)];
  return {
    proven: isSigned && findings.length === 0 && (judged === undefined || judged.verdict === 'same'),
    ...{ root_matches: isSigned, events, signed: signed.checkpoint.size, unsigned },
    ...{ checkpoint: signed.note, key_id: signed.keyId, findings, more },
    ...(judged && { kept: judged }),
  };
};

const tilesOf = ({ checkpoint }: SignedCheckpoint, { objects }: ProofDeps, { hashes }: Proving) =>
  verifiedTiles({ objects, checkpoint, hashes });

/** By the key in use alone: that another one is on record makes it nobody's whom the farm trusts. Faults: NOT_SIGNED, KEY_REVOKED. */
const requireSigned = async (deps: ProofDeps, proving: Proving): Promise<SignedCheckpoint> => {
  requireSigner(deps);
  const found = await newestCheckpoint(deps.objects, proving);
  if (found !== undefined) return requireBelieved(found, deps);
  throw new Fault(
    'NOT_SIGNED',
    'no checkpoint with a good signature of the key in use is stored: the first follows within seconds of a start or a rotation, after another key file once the whole log is read; if there was one before, it is gone',
  );
};

const requireBelieved = async (found: SignedCheckpoint, deps: ProofDeps): Promise<SignedCheckpoint> => {
  const revocations = await revocationsOf(deps);
  const why = await revocations.ofCheckpoint(found.keyId, found.checkpoint.size);
  if (why !== undefined) throw keyRevoked('the newest checkpoint is not believed', why);
  return found;
};

const publishedEvent = async (deps: ProofDeps, image: string, version: string): Promise<RecordedEvent> => {
  for await (const event of deps.store.readStream(streams.version(image, version)))
    if (event.type === 'VersionPublished') return event;
  throw new Fault(
    'VERSION_NOT_FOUND',
    `${image}@${version} was never published: gild versions ${image} lists what was`,
  );
};

const parse = <T>(schema: z.ZodType<T>, query: unknown): T => {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new Fault('INVALID_REQUEST', `the request is malformed: ${z.prettifyError(parsed.error)}`);
};
