import { SigningKeyEvent, streams } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { publicKeyPem, signingKeys } from '@gild/proof-domain';
import { Fault, type Signer } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { keyIdText, type Proving } from '../signing.js';

const parse = eventParser(SigningKeyEvent);

/** Records that the key was taken into use, unless it is the last one that was. Fault: KEY_REVOKED. */
export const introduceKey = async (signer: Signer, deps: ProofDeps, proving: Proving): Promise<void> => {
  const commandId = deps.ids.uuid();
  const data = {
    keyId: keyIdText(signer, proving),
    publicKey: publicKeyPem(signer.publicKey),
    name: signer.name,
  };
  const decision = await loadDecideAppend(deps, {
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
  if (!decision.ok)
    throw new Fault(
      'KEY_REVOKED',
      `the signing key ${data.keyId} was revoked, so nothing more is signed: put another one in its place and start again`,
    );
};
