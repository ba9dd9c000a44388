import { jobOfLogChunk, objectKeys, splitStream, StoredObject } from '@gild/contracts';
import type { RecordedEvent } from '@gild/ports';

/** What an event says of an object: its size is not known of all. `reported`: by an agent alone, and nobody looked. */
export type Claim = { key: string; sha256: string; sizeBytes: number | undefined; reported: boolean };

type Told = Pick<RecordedEvent, 'stream' | 'type' | 'data'>;

/**
 * The objects that a history names, whatever type of event names them: an event of a newer release is taken at its word too. What
 * was removed since is not claimed; the logs of its jobs are. What an agent reported counts until the farm says something of the object.
 */
export class Claims {
  readonly #objects = new Map<string, Claim>();
  readonly #jobs = new Set<string>();

  take({ stream, type, data }: Told): void {
    const { category, id } = splitStream(stream);
    if (category === 'job') this.#jobs.add(id);
    if (category === 'storage') return this.#takeRemoval(type, data);
    const reported = type === 'ArtifactReported';
    for (const claim of claimsIn(data)) this.#claim({ ...claim, reported });
  }

  #claim(claim: Claim): void {
    const known = this.#objects.get(claim.key);
    const isBetter = known === undefined || (known.reported && !claim.reported);
    const isSame = known?.reported === claim.reported;
    if (isBetter || (isSame && known.sizeBytes === undefined)) this.#objects.set(claim.key, claim);
  }

  /** In the order of the keys. */
  objects(): Claim[] {
    return [...this.#objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Whether a key is that of a chunk of the log of a job of this history. */
  isLog(key: string): boolean {
    return this.#jobs.has(jobOfLogChunk(key) ?? '');
  }

  #takeRemoval(type: string, data: Told['data']): void {
    for (const key of removedBy(type, data)) this.#objects.delete(key);
  }
}

/** The keys that an event of a `storage-…` stream tells are gone. */
export const removedBy = (type: string, { keys }: Told['data']): string[] =>
  type === 'ObjectsRemoved' && Array.isArray(keys) ? keys.map(String) : [];

function* claimsIn(value: unknown): Generator<Omit<Claim, 'reported'>> {
  if (typeof value !== 'object' || value === null) return;
  const object = StoredObject.safeParse(value);
  if (object.success) yield object.data;
  if ('inputDigest' in value && typeof value.inputDigest === 'string')
    yield { key: objectKeys.inputs(value.inputDigest), sha256: value.inputDigest, sizeBytes: undefined };
  for (const member of Object.values(value)) yield* claimsIn(member);
}
