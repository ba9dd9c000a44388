import { eventParser } from '@gild/application-core';
import { type AuditFinding, SigningKeyEvent } from '@gild/contracts';
import { type NoteCrypto, rotationProblem } from '@gild/proof-domain';
import type { FoundEvent } from './compare-history.js';
import { rotationFinding } from './findings.js';

const parse = eventParser(SigningKeyEvent);

/** Judges each rotation of a key by the keys that were on record before it. */
export class Rotations {
  readonly #stream: string;
  readonly #crypto: NoteCrypto;
  readonly #publicKeys = new Map<string, string>();

  constructor(stream: string, crypto: NoteCrypto) {
    this.#stream = stream;
    this.#crypto = crypto;
  }

  /** What is wrong with the event, of those that are shown in their order. */
  problemOf(found: FoundEvent): AuditFinding | undefined {
    const event = found.event.stream === this.#stream ? parse(found.event) : undefined;
    if (event === undefined || event.type === 'SigningKeyRevoked') return undefined;
    const { keyId, publicKey } = event.data;
    const problem =
      event.type === 'SigningKeyRotated'
        ? rotationProblem(event.data, (id) => this.#publicKeys.get(id), this.#crypto)
        : undefined;
    this.#publicKeys.set(keyId, publicKey);
    return problem === undefined ? undefined : rotationFinding(found, keyId, problem);
  }
}
