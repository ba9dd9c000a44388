import { ProvenanceSigned, VersionPublished } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import { Fault, faultCode, type RecordedEvent } from '@gild/ports';
import { z } from 'zod';
import { type Revocations, revocationsOf } from '../keys/revocations.js';
import type { ProofDeps } from '../proof-deps.js';
import type { Proving } from '../signing.js';
import { publishedVersion } from './build-records.js';
import { signProvenance } from './sign-provenance.js';

type Name = { imageName: string; version: string };

const parse = eventParser(z.union([VersionPublished, ProvenanceSigned]));
const REVOKED = 'SigningKeyRevoked';
const WATCHED = ['VersionPublished', 'ProvenanceSigned', REVOKED];
const MOST_AT_ONCE = 100;
const textOf = ({ imageName, version }: Name): string => `${imageName}@${version}`;

/** The published versions without signed provenance, as far as the log was read. */
export class UnsignedVersions {
  readonly #deps: ProofDeps;
  readonly #proving: Proving;
  readonly #due = new Map<string, Name>();
  #after: string | undefined;
  #revocations: Revocations | undefined;

  constructor(deps: ProofDeps, proving: Proving) {
    this.#deps = deps;
    this.#proving = proving;
  }

  /**
   * Signs the provenance of versions that have none, at most so many at a time that the history is not left waiting; also of those
   * that were published while there was no key. Of one whose records are incomplete, or of a newer release, it is told once, and the
   * others are signed all the same.
   */
  async sign(signal: AbortSignal | undefined): Promise<void> {
    await this.#readOn();
    for (const [text, name] of [...this.#due].slice(0, MOST_AT_ONCE)) {
      signal?.throwIfAborted();
      await this.#signOne(name);
      this.#due.delete(text);
    }
  }

  async #readOn(): Promise<void> {
    const { store } = this.#deps;
    const head = await store.head();
    if (head === undefined || head === this.#after) return;
    const isRevocation = await this.#readFrom(this.#after);
    // What a revoked key signed before has to be signed anew: all of it is looked at again.
    if (isRevocation) {
      this.#revocations = undefined;
      await this.#readFrom(undefined);
    }
    // What the filter hides need not be passed by again.
    if (this.#after === undefined || store.comparePositions(this.#after, head) < 0) this.#after = head;
  }

  /** Whether a key was revoked since. */
  async #readFrom(after: string | undefined): Promise<boolean> {
    const { store } = this.#deps;
    const revocations = (this.#revocations ??= await revocationsOf(this.#deps));
    const range = { ...(after !== undefined && { after }), filter: { types: WATCHED } };
    let isRevocation = false;
    for await (const recorded of store.readAll(range)) {
      this.#take(recorded, revocations);
      isRevocation ||= recorded.type === REVOKED;
      this.#after = recorded.position;
    }
    return isRevocation && after !== undefined;
  }

  #take(recorded: RecordedEvent, revocations: Revocations): void {
    const event = parse(recorded);
    if (event === undefined) return;
    const { imageName, version } = event.data;
    const text = textOf(event.data);
    if (event.type === 'VersionPublished') this.#due.set(text, { imageName, version });
    else if (revocations.ofSignature(event.data.keyId, recorded.position) === undefined)
      this.#due.delete(text);
  }

  async #signOne(name: Name): Promise<void> {
    try {
      const found = await publishedVersion(this.#deps.store, name.imageName, name.version);
      if (found !== undefined) await signProvenance(found, this.#deps, this.#proving);
    } catch (error) {
      const code = faultCode(error);
      if (code !== 'RECORD_INCOMPLETE' && code !== 'NEWER_RELEASE') throw error;
      this.#deps.report(unsignable(textOf(name), error as Fault));
    }
  }
}

const unsignable = (name: string, cause: Fault): Fault =>
  new Fault(
    cause.code,
    `the provenance of ${name} cannot be signed: ${cause.message}. It is tried again at the next start`,
    { cause },
  );
