import { SigningKeyEvent, streams } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { publicKeyPem, signingKeys } from '@gild/proof-domain';
import type { ProofDeps } from '../proof-deps.js';
import { keyIdText, requireSigner, type Proving } from '../signing.js';

const parse = eventParser(SigningKeyEvent);

/** Records the first use of the key; afterwards nothing. */
export const introduceKey = async (deps: ProofDeps, proving: Proving): Promise<void> => {
  const signer = requireSigner(deps);
  const commandId = deps.ids.uuid();
  const data = {
    keyId: keyIdText(signer, proving),
    publicKey: publicKeyPem(signer.publicKey),
    name: signer.name,
  };
  await loadDecideAppend(deps, {
    decider: signingKeys,
    stream: streams.keys(deps.registryId),
    parse,
    command: { type: 'IntroduceSigningKey', data },
    context: {
      actor: 'registry',
      now: deps.clock.now(),
      commandId,
      correlationId: commandId,
      causationId: commandId,
    },
  });
};
