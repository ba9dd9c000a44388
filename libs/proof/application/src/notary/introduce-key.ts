import { SigningKeyEvent, streams } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { publicKeyPem, signingKeys } from '@gild/proof-domain';
import { Fault, type Signer } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { keyIdText, type Proving } from '../signing.js';

const parse = eventParser(SigningKeyEvent);

/** A name that another process gave the log meanwhile. A start reads it. */
export const originDiffers = (recorded: string, found: string): Fault =>
  new Fault(
    'SETTINGS_INVALID',
    `the log is named ${recorded} since its first key was recorded, and this process began as ${found}: nothing is signed here until it is started again`,
  );

/** Records that the key was taken into use, unless it is the last one that was. Faults: KEY_REVOKED; SETTINGS_INVALID when another process named the log meanwhile. */
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
  if (decision.ok) return;
  if (decision.rejection.code === 'ORIGIN_DIFFERS')
    throw originDiffers(decision.rejection.origin, signer.name);
  throw new Fault(
    'KEY_REVOKED',
    `the signing key ${data.keyId} was revoked, so nothing more is signed: put another one in its place and start again`,
  );
};
