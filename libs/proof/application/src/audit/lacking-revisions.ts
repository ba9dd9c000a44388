/** Which revisions a log lacks of its streams; those at the end of a stream nobody can miss. */
export class LackingRevisions {
  readonly #highest = new Map<string, number>();
  readonly #lacking = new Map<string, Set<number>>();

  add(stream: string, revision: number): void {
    const highest = this.#highest.get(stream) ?? -1;
    if (revision <= highest) {
      this.#lacking.get(stream)?.delete(revision);
      return;
    }
    this.#highest.set(stream, revision);
    for (let missed = highest + 1; missed < revision; missed += 1) this.#of(stream).add(missed);
  }

  byStream(): Map<string, readonly number[]> {
    const found = [...this.#lacking].filter(([, revisions]) => revisions.size > 0);
    return new Map(found.map(([stream, revisions]) => [stream, [...revisions]]));
  }

  #of(stream: string): Set<number> {
    const known = this.#lacking.get(stream) ?? new Set<number>();
    this.#lacking.set(stream, known);
    return known;
  }
}
