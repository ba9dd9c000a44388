import type { StoredObject } from '@gild/contracts';
import { damagedObject } from '@gild/ports';
import { measuring } from './measure.js';

/**
 * The pieces of a whole object. The last one is held back until all is judged: nobody can take a damaged object for whole.
 * Fault: OBJECT_DAMAGED when digest or size differ.
 */
export async function* verifiedPieces(
  object: StoredObject,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const measure = measuring();
  let held: Uint8Array | undefined;
  for await (const piece of pieces) {
    measure.add(piece);
    if (held !== undefined) yield held;
    held = piece;
  }
  const found = measure.total();
  if (found.sha256 !== object.sha256 || found.sizeBytes !== object.sizeBytes)
    throw damagedObject(object, found);
  if (held !== undefined) yield held;
}
