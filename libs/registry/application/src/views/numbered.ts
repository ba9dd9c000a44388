/** Texts by numbers from 0, each once. */
export class Numbered {
  readonly #all: string[] = [];
  readonly #numbers = new Map<string, number>();

  get length(): number {
    return this.#all.length;
  }

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#all.length);
    return this.#all.push(text) - 1;
  }

  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  text(number: number): string {
    return this.#all[number] ?? '';
  }
}
