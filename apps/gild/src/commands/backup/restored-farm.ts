import type { AuditReport } from '@gild/contracts';
import { randomIds, sha256, sha256OfBytes, systemClock, verifyEd25519 } from '@gild/node-runtime';
import { auditService, type Manifest, type Truth } from '@gild/proof-application';
import { publicKeyOfPem } from '@gild/proof-domain';
import { Fault, faultCode, type Signer } from '@gild/ports';
import { registryService } from '@gild/registry-application';
import { schedulerService } from '@gild/scheduler-application';
import { InProcessBus, inProcessMessenger } from '@gild/transport-inprocess';

const REGISTRY_ID = 'local';

/** What a restored farm's own questions say of it; `audit` is undefined where nothing of the history was signed. */
export type RestoredFarm = {
  views: { view: string; events: number; equal: boolean }[];
  audit: AuditReport | undefined;
};

/** What `gild replay --verify` and `gild audit verify` would say, by the public key of the backup. */
export const questionRestored = async (truth: Truth, manifest: Manifest): Promise<RestoredFarm> => {
  const shared = {
    ...{ ...truth, messenger: inProcessMessenger(new InProcessBus()) },
    ...{ clock: systemClock, ids: randomIds, sha256, report: () => undefined },
  };
  const registry = registryService({
    ...shared,
    catalogue: { all: async () => new Map() },
    builds: async () => [],
    ...{ registryId: REGISTRY_ID, location: 'restored' },
  });
  const replies = [await registry.verifyViews(), await schedulerService(shared).verifyViews()];
  const audit = auditService({
    ...shared,
    ...{ sha256OfBytes, verifySignature: verifyEd25519, signer: verifierOf(manifest) },
    ...{ registryId: REGISTRY_ID, refused: () => undefined },
  });
  return {
    views: replies.flatMap(({ views }) => views),
    audit: await audit.verify({}).catch(unlessUnsigned),
  };
};

/** Knows the key that signed, and cannot sign. */
const verifierOf = ({ signed }: Manifest): Signer | undefined => {
  const publicKey = signed && publicKeyOfPem(signed.public_key);
  if (signed === undefined || publicKey === undefined) return undefined;
  const sign = () => Promise.reject(new Fault('NOT_SIGNED', 'a backup holds no key to sign with'));
  return { name: signed.name, publicKey, sign };
};

const unlessUnsigned = (error: unknown): undefined => {
  if (faultCode(error) !== 'NOT_SIGNED') throw error;
};
