/** Wakes whoever listens for a name. A ring that comes while nobody listens is gone: listen first, then look. */
export class Bell {
  readonly #listeners = new Map<string, Set<() => void>>();

  ring(name: string): void {
    for (const wake of this.#listeners.get(name) ?? []) wake();
  }

  ringAll(): void {
    for (const name of this.#listeners.keys()) this.ring(name);
  }

  listen(name: string): { rung: Promise<void>; stop: () => void } {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    let wake = (): void => undefined;
    const rung = new Promise<void>((resolve) => (wake = resolve));
    listeners.add(wake);
    const stop = (): void => {
      listeners.delete(wake);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
    return { rung, stop };
  }
}
