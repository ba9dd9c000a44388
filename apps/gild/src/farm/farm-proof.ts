import { makeSigningKeyFile, sha256OfBytes, signingKeyFile, verifyEd25519 } from '@gild/node-runtime';
import { auditService, Notary, type ProofDeps } from '@gild/proof-application';
import { AUDIT, ProofModule } from '@gild/proof-edge';
import type { DynamicModule } from '@nestjs/common';
import type { Home } from './home.js';

type Shared = Omit<ProofDeps, 'sha256OfBytes' | 'verifySignature' | 'signer'>;

/** The notary of a farm, and who answers auditors. The key is made at the first start of a farm that records. */
export type FarmProof = { notary: Notary; module: DynamicModule };

/**
 * A farm that does not record goes on without a key that is not as it should be, and tells why: only auditors miss it.
 * Fault: SETTINGS_INVALID.
 */
export const farmProof = async (home: Home, shared: Shared, isRecording: boolean): Promise<FarmProof> => {
  if (isRecording) await makeSigningKeyFile(home.signingKey);
  const reading = signingKeyFile(home.signingKey, `gild/${shared.registryId}`);
  const signer = await (isRecording ? reading : reading.catch(toldAs(shared.report)));
  const deps = { ...shared, signer, sha256OfBytes, verifySignature: verifyEd25519 };
  return {
    notary: new Notary(deps),
    module: ProofModule.with([{ provide: AUDIT, useValue: auditService(deps) }]),
  };
};

const toldAs =
  (report: Shared['report']) =>
  (error: unknown): undefined => {
    report(error);
  };
