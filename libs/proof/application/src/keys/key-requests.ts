import { type RecordedKey, type RevokeKey, type RotateKey, SigningKeyEvent, streams } from '@gild/contracts';
import { eventParser, loadDecideAppend, resolveMoment } from '@gild/application-core';
import { base64, publicKeyPem, rotationMessage, signingKeys } from '@gild/proof-domain';
import type { SigningKeyCommand, SigningKeyRejection } from '@gild/proof-domain';
import { Fault, type Signer } from '@gild/ports';
import type { z } from 'zod';
import type { ProofDeps } from '../proof-deps.js';
import { keyIdText, type Proving, requireSigner } from '../signing.js';
import { introduceKey, originDiffers } from '../notary/introduce-key.js';
import { recordedKeys } from './recorded-keys.js';

const parse = eventParser(SigningKeyEvent);

type Asked = { requestId: string; actor: string };

/**
 * The farm makes a new key, which the old one vouches for, and signs with it from here on. Fault: INVALID_REQUEST where keys are files of
 * the operator.
 */
export const rotateKey = async (
  { requestId, actor, reason }: z.infer<typeof RotateKey>,
  deps: ProofDeps,
  proving: Proving,
): Promise<RecordedKey> => {
  const before = requireSigner(deps);
  const { rotation } = deps;
  if (rotation === undefined) throw notOurs();
  await requireOnRecord(before, deps, proving);
  const next = await rotation.next();
  const publicKey = publicKeyPem(next.publicKey);
  const [keyId, from] = [keyIdText(next, proving), keyIdText(before, proving)];
  const named = { keyId, publicKey, name: next.name, from, by: actor };
  const signature = base64(await before.sign(rotationMessage(publicKey)));
  const data = { ...named, ...(reason !== undefined && { reason }), signature };
  await decide({ type: 'RotateSigningKey', data }, { requestId, actor }, deps);
  const keys = await recordedKeys(deps);
  const made = keys.find((key) => key.key_id === keyId);
  if (made !== undefined) await rotation.take();
  return made ?? requireKey(from, deps); // asked again, after it was done
};

/** Who vouches is on record, and not revoked. Fault: KEY_REVOKED. */
const requireOnRecord = async (signer: Signer, deps: ProofDeps, proving: Proving): Promise<void> => {
  const keyId = keyIdText(signer, proving);
  const recorded = (await recordedKeys(deps)).find((key) => key.key_id === keyId);
  if (recorded === undefined || recorded.revoked !== undefined) await introduceKey(signer, deps, proving);
};

/** Faults: KEY_NOT_FOUND, KEY_IN_USE, INVALID_REQUEST. */
export const revokeKey = async (
  { requestId, actor, keyId, reason, since }: z.infer<typeof RevokeKey>,
  deps: ProofDeps,
  proving: Proving,
): Promise<RecordedKey> => {
  const inUse = keyIdText(requireSigner(deps), proving);
  const named = { keyId, by: actor, reason, inUse };
  const data = { ...named, ...(since !== undefined && { since: await timeOf(since, deps) }) };
  await decide({ type: 'RevokeSigningKey', data }, { requestId, actor }, deps);
  return requireKey(keyId, deps);
};

const timeOf = async (since: string, deps: ProofDeps): Promise<string> => {
  const { time } = await resolveMoment(since, deps);
  if (time !== undefined) return time;
  throw new Fault('INVALID_REQUEST', `since: expected a time such as 2026-03-01T12:30:00Z, found ${since}`);
};

const decide = async (
  command: SigningKeyCommand,
  { requestId, actor }: Asked,
  deps: ProofDeps,
): Promise<void> => {
  const decision = await loadDecideAppend(deps, {
    decider: signingKeys,
    stream: streams.keys(deps.registryId),
    parse,
    command,
    context: {
      ...{ actor, now: deps.clock.now(), commandId: requestId },
      ...{ correlationId: requestId, causationId: requestId },
    },
  });
  if (!decision.ok) throw refusal(command.data.keyId, decision.rejection);
};

const refusal = (keyId: string, rejection: SigningKeyRejection): Fault => {
  switch (rejection.code) {
    case 'KEY_NOT_FOUND':
      return new Fault(
        'KEY_NOT_FOUND',
        `no key ${keyId} is on record, only ${rejection.known.join(', ') || 'none'}`,
      );
    case 'KEY_IN_USE':
      return new Fault(
        'KEY_IN_USE',
        `key ${keyId} is the one in use, and without it nothing could be signed: have the farm use another one first (gild audit key rotate)`,
      );
    case 'ORIGIN_DIFFERS':
      return originDiffers(rejection.origin, 'another one');
    case 'KEY_REVOKED':
      return new Fault('KEY_REVOKED', `key ${keyId} was revoked and is not used again`);
  }
};

const notOurs = (): Fault =>
  new Fault(
    'INVALID_REQUEST',
    'the key of this farm is a file of its operator: put a new one in the place that GILD_SIGNING_KEY names, on every registry, and start them again; the change is recorded then',
  );

const requireKey = async (keyId: string, deps: ProofDeps): Promise<RecordedKey> => {
  const found = (await recordedKeys(deps)).find((key) => key.key_id === keyId);
  if (found === undefined) throw new Error(`key ${keyId} was recorded, but is not on record`);
  return found;
};
