import { makeSigningKeyFile, sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { auditService, Notary, type ProofDeps, signerOf } from '@gild/proof-application';
import { AUDIT, ProofModule } from '@gild/proof-edge';
import type { SigningKey } from '@gild/ports';
import type { DynamicModule } from '@nestjs/common';
import { farmKeys, finishRotation } from './farm-keys.js';
import type { Home } from './home.js';

type Shared = Omit<ProofDeps, 'sha256OfBytes' | 'verifySignature' | 'signer'>;

/** The notary of a farm, and who answers auditors. The key is made at the first start of a farm that records. */
export type FarmProof = { notary: Notary; module: DynamicModule };

/**
 * A farm that does not record goes on without a key that is not as it should be, and tells why: only auditors miss it.
 * Fault: SETTINGS_INVALID.
 */
export const farmProof = async (home: Home, shared: Shared, isRecording: boolean): Promise<FarmProof> => {
  const log = { ...shared, sha256OfBytes };
  if (isRecording) {
    await makeSigningKeyFile(home.signingKey);
    await finishRotation(home.signingKey, log);
  }
  const named = (key: SigningKey) => signerOf(key, log);
  const keys = await farmKeys(home.signingKey, named, isRecording ? thrown : toldAs(shared.report));
  const deps: ProofDeps = {
    ...{ ...shared, rotation: keys.rotation, sha256OfBytes, verifySignature: verifyEd25519 },
    get signer() {
      return keys.signer;
    },
  };
  const notary = new Notary(deps);
  return {
    notary,
    module: ProofModule.with([{ provide: AUDIT, useValue: auditService(deps, notary) }]),
  };
};

const thrown = (error: unknown): never => {
  throw error;
};

const toldAs =
  (report: Shared['report']) =>
  (error: unknown): undefined => {
    report(error);
  };
