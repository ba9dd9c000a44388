import { makeSigningKeyFile, sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { auditService, Notary, type ProofDeps } from '@gild/proof-application';
import { AUDIT, ProofModule } from '@gild/proof-edge';
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
  const name = `gild/${shared.registryId}`;
  if (isRecording) {
    await makeSigningKeyFile(home.signingKey);
    await finishRotation(home.signingKey, name, shared);
  }
  const keys = await farmKeys(home.signingKey, name, isRecording ? thrown : toldAs(shared.report));
  const deps: ProofDeps = {
    ...{ ...shared, rotation: keys.rotation, sha256OfBytes, verifySignature: verifyEd25519 },
    get signer() {
      return keys.signer;
    },
  };
  return {
    notary: new Notary(deps),
    module: ProofModule.with([{ provide: AUDIT, useValue: auditService(deps) }]),
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
