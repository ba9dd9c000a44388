import { type Fault, faultCode } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { keyIdText, type Proving, provingWith, requireSigner } from '../signing.js';
import { UnsignedVersions } from '../provenance/unsigned-versions.js';
import { introduceKey } from './introduce-key.js';
import { resumed } from './resume.js';
import { signHistory } from './sign-history.js';
import { type SignedBefore, signedBefore } from './signed-before.js';
import { historyDiffers, type Witnessed, witnessEvents } from './witness-events.js';

/** How often what was recorded meanwhile is signed. */
export const SIGN_EVERY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

/** How far the notary is. `refused`: why it signs no more until it is started again. */
export type NotaryState = { signed: number; refused?: Fault };

/**
 * Signs the history as it grows. At its start it reads the log from the last full tile on that was signed, or the whole log where it cannot show where that
 * is: the events must give the root of the newest checkpoint, or it refuses, says so and signs nothing until it is started again. From a history that is the signed one it also
 * signs the provenance of each published version. Several may run on one history: they make the same objects.
 */
export class Notary {
  readonly #deps: ProofDeps;
  readonly #proving: Proving;
  readonly #unsigned: UnsignedVersions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** What was signed at the start, once somebody looked. */
  #found: SignedBefore | undefined;
  #witnessed: Witnessed | undefined;
  #hasBegun = false;
  /** The key that is known to be on record. */
  #introduced: string | undefined;
  #signed = 0;
  #refused: Fault | undefined;

  constructor(deps: ProofDeps) {
    this.#deps = deps;
    this.#proving = provingWith(deps);
    this.#unsigned = new UnsignedVersions(deps, this.#proving);
  }

  /** Without a key it does nothing. */
  start(): void {
    if (this.#deps.signer !== undefined) this.#running = this.#run();
  }

  /** Resolves when what was recorded is signed, as far as that works at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  state(): NotaryState {
    return { signed: this.#signed, ...(this.#refused && { refused: this.#refused }) };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let wait = SIGN_EVERY_MS;
    while (!signal.aborted && this.#refused === undefined) {
      wait = (await this.#tried(signal)) ? SIGN_EVERY_MS : Math.min(wait * 2, LONGEST_RETRY_MS);
      if (this.#refused === undefined) await this.#deps.clock.delay(wait, signal).catch(() => undefined);
    }
    // What the services recorded last. A log that was never read to its end is left for the next start.
    if (this.#introduced !== undefined && this.#refused === undefined) await this.#tried(undefined);
  }

  /** False when it is to be tried again. */
  async #tried(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      return await this.#round(signal);
    } catch (error) {
      if (signal?.aborted !== true) this.#judge(error);
      return false;
    }
  }

  async #round(signal: AbortSignal | undefined): Promise<boolean> {
    this.#found ??= await signedBefore(this.#deps, this.#proving);
    this.#signed = Math.max(this.#signed, this.#found.own?.size ?? 0);
    if (!this.#hasBegun) await this.#begin();
    await this.#witness(signal);
    // Nothing is recorded in a history that is not the signed one.
    await this.#introduce();
    const isComplete = await this.#signProvenance(signal);
    await this.#witness(signal);
    const edge = this.#witnessed?.edge;
    if (edge !== undefined && edge.size > this.#signed) {
      await signHistory(edge, this.#deps, this.#proving);
      this.#signed = edge.size;
    }
    return isComplete;
  }

  /** Goes on where the newest checkpoint of the key in use lets it, so that a start does not read the whole log. */
  async #begin(): Promise<void> {
    const checkpoint = this.#found?.own;
    const { hashes } = this.#proving;
    if (checkpoint !== undefined) this.#witnessed = await resumed({ ...this.#deps, hashes, checkpoint });
    this.#hasBegun = true;
  }

  /** Again when another key was taken into use. */
  async #introduce(): Promise<void> {
    const signer = requireSigner(this.#deps);
    const keyId = keyIdText(signer, this.#proving);
    if (this.#introduced === keyId) return;
    await introduceKey(signer, this.#deps, this.#proving);
    this.#introduced = keyId;
  }

  /** The history is signed also while provenance cannot be. False when that is to be tried again. */
  async #signProvenance(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.#unsigned.sign(signal);
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      this.#deps.report(error);
      return false;
    }
  }

  #witness(signal: AbortSignal | undefined): Promise<void> {
    const expected = this.#found?.expected ?? [];
    const progress = (witnessed: Witnessed) => void (this.#witnessed = witnessed);
    return witnessEvents(
      { deps: this.#deps, hashes: this.#proving.hashes, expected },
      { from: this.#witnessed, progress, signal },
    );
  }

  #judge(error: unknown): void {
    const code = faultCode(error);
    if (code === 'KEY_REVOKED' || code === 'SETTINGS_INVALID') return this.#refuse(error as Fault);
    if (code !== 'HISTORY_DIFFERS' && code !== 'OBJECT_MISMATCH') return this.#deps.report(error);
    const other = error as Fault;
    this.#refuse(code === 'HISTORY_DIFFERS' ? other : historyDiffers(other.message, other));
  }

  #refuse(why: Fault): void {
    this.#refused = why;
    this.#deps.refused(why);
  }
}
