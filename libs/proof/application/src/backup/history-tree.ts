import {
  EMPTY_EDGE,
  edgeRoot,
  extendEdge,
  type Hash,
  hex,
  leafHash,
  type ProvenEvent,
  TILE_WIDTH,
  type TreeHashes,
} from '@gild/proof-domain';

/** The Merkle tree above a history that is read in order. */
export class HistoryTree {
  readonly #hashes: TreeHashes;
  #edge = EMPTY_EDGE;
  #waiting: Hash[] = [];

  constructor(hashes: TreeHashes) {
    this.#hashes = hashes;
  }

  add(event: ProvenEvent): void {
    this.#waiting.push(leafHash(event, this.#hashes));
    if (this.#waiting.length === TILE_WIDTH) this.#settle();
  }

  get size(): number {
    return this.#edge.size + this.#waiting.length;
  }

  /** In hex, above what was added so far. */
  root(): string {
    this.#settle();
    return hex(edgeRoot(this.#edge, this.#hashes));
  }

  #settle(): void {
    this.#edge = extendEdge(this.#edge, this.#waiting, this.#hashes).edge;
    this.#waiting = [];
  }
}
