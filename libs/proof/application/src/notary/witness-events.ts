import {
  type Checkpoint,
  EMPTY_EDGE,
  edgeRoot,
  extendEdge,
  type Hash,
  leafHash,
  sameBytes,
  TILE_WIDTH,
  type TreeEdge,
  type TreeHashes,
} from '@gild/proof-domain';
import { type Clock, type EventStore, Fault, type ObjectStore } from '@gild/ports';
import { putPlace, putTile } from '../proof-objects.js';

/** The tree of the events up to `after`. */
export type Witnessed = { edge: TreeEdge; after: string };

type Given = {
  deps: { store: EventStore; objects: ObjectStore; clock: Clock };
  hashes: TreeHashes;
  /** What the history was signed as before, the smallest first. */
  expected: readonly Checkpoint[];
};

type Course = {
  from: Witnessed | undefined;
  /** Told how far it is, so that the next time goes on from there. */
  progress: (witnessed: Witnessed) => void;
  signal: AbortSignal | undefined;
};

/**
 * Takes in the events recorded since, and stores each tile they fill. Those that checkpoints cover must give their roots.
 * Fault: HISTORY_DIFFERS.
 */
export const witnessEvents = async (given: Given, { from, progress, signal }: Course): Promise<void> => {
  let edge = from?.edge ?? EMPTY_EDGE;
  for await (const { leaves, positions } of leavesAfter(from?.after, given, signal)) {
    const known = edge.size;
    edge = await grown(edge, leaves, given);
    await keepPlaces(positions, known, given.deps.objects);
    progress({ edge, after: positions.at(-1) ?? '' });
  }
  requireLength(edge, given.expected.at(-1));
};

const requireLength = ({ size }: TreeEdge, expected: Checkpoint | undefined): void => {
  if (expected === undefined || size >= expected.size) return;
  throw historyDiffers(`${String(expected.size)} events were signed, and there are ${String(size)}`);
};

/** `positions`: first that of the event before them, then theirs. */
type Leaves = { leaves: Hash[]; positions: string[] };

/** The leaves of the events after that position, as many at a time as fill a tile. */
async function* leavesAfter(
  position: string | undefined,
  { deps, hashes }: Given,
  signal: AbortSignal | undefined,
): AsyncGenerator<Leaves> {
  let next: Leaves = { leaves: [], positions: [position ?? ''] };
  for await (const event of deps.store.readAll(position === undefined ? {} : { after: position })) {
    signal?.throwIfAborted();
    next.leaves.push(leafHash(event, hashes));
    next.positions.push(event.position);
    if (next.leaves.length < TILE_WIDTH) continue;
    yield next;
    next = { leaves: [], positions: [event.position] };
    await deps.clock.delay(0, signal); // the process that hashes answers too: what waits goes first
  }
  if (next.leaves.length > 0) yield next;
}

/** Of each tile that became full, where the event before its last one stands. `positions`: from that of event `known - 1` on. */
const keepPlaces = async (
  positions: readonly string[],
  known: number,
  objects: ObjectStore,
): Promise<void> => {
  const size = known + positions.length - 1;
  for (let tile = Math.floor(known / TILE_WIDTH); (tile + 1) * TILE_WIDTH <= size; tile += 1) {
    const position = positions[(tile + 1) * TILE_WIDTH - 1 - known];
    if (position !== undefined) await putPlace(objects, tile, position);
  }
};

const grown = async (
  edge: TreeEdge,
  leaves: readonly Hash[],
  { deps, hashes, expected }: Given,
): Promise<TreeEdge> => {
  const upTo = (from: TreeEdge, size: number) =>
    extendEdge(from, leaves.slice(from.size - edge.size, Math.max(0, size - edge.size)), hashes);
  let asSigned = edge;
  for (const checkpoint of expected) {
    const isCovered = asSigned.size < checkpoint.size;
    asSigned = upTo(asSigned, checkpoint.size).edge;
    if (isCovered && asSigned.size === checkpoint.size) requireRoot(asSigned, checkpoint, hashes);
  }
  const { edge: whole, filled } = upTo(asSigned, edge.size + leaves.length);
  for (const tile of filled) await putTile(deps.objects, tile);
  return whole;
};

const requireRoot = (edge: TreeEdge, expected: Checkpoint, hashes: TreeHashes): void => {
  if (sameBytes(edgeRoot(edge, hashes), expected.root)) return;
  throw historyDiffers(`the first ${String(expected.size)} events are not those that were signed`);
};

/** The history there is does not continue the signed one. */
export const historyDiffers = (reason: string, cause?: unknown): Fault =>
  new Fault(
    'HISTORY_DIFFERS',
    `the history is not the one that was signed: ${reason}. Nothing more is signed; gild audit verify says what differs`,
    { cause },
  );
