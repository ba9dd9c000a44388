import { EMPTY_EDGE, edgeRoot, extendEdge, type Hash, TILE_WIDTH, type TreeHashes } from '@gild/proof-domain';

/** The roots that a growing tree has at some sizes. */
export class RootsAt {
  readonly #sizes: ReadonlySet<number>;
  readonly #hashes: TreeHashes;
  readonly #roots = new Map<number, Hash>();
  #edge = EMPTY_EDGE;
  #waiting: Hash[] = [];

  constructor(sizes: readonly number[], hashes: TreeHashes) {
    this.#sizes = new Set(sizes);
    this.#hashes = hashes;
  }

  add(leaf: Hash): void {
    this.#waiting.push(leaf);
    const size = this.#edge.size + this.#waiting.length;
    const isWanted = this.#sizes.has(size);
    if (!isWanted && this.#waiting.length < TILE_WIDTH) return;
    this.#edge = extendEdge(this.#edge, this.#waiting, this.#hashes).edge;
    this.#waiting = [];
    if (isWanted) this.#roots.set(size, edgeRoot(this.#edge, this.#hashes));
  }

  /** Undefined while there are fewer leaves. */
  root(size: number): Hash | undefined {
    return size === 0 ? this.#hashes.empty : this.#roots.get(size);
  }
}
