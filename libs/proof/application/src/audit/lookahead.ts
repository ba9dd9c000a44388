/** A sequence whose next items can be looked at before they are taken. */
export class Lookahead<T> {
  readonly #source: AsyncIterator<T>;
  #held: T[] = [];
  #isOver = false;

  constructor(source: AsyncIterable<T>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next item; undefined at the end. */
  async next(): Promise<T | undefined> {
    if (this.#held.length === 0) await this.#fill(1);
    return this.#held[0];
  }

  /** At most so many of the next items. */
  async upcoming(count: number): Promise<readonly T[]> {
    await this.#fill(count);
    return this.#held.slice(0, count);
  }

  take(): void {
    this.#held.shift();
  }

  /** Takes what is left, one by one. */
  async *rest(): AsyncGenerator<T> {
    for (let item = await this.next(); item !== undefined; item = await this.next()) {
      this.take();
      yield item;
    }
  }

  async #fill(count: number): Promise<void> {
    while (!this.#isOver && this.#held.length < count) {
      const next = await this.#source.next();
      if (next.done === true) this.#isOver = true;
      else this.#held.push(next.value);
    }
  }
}
