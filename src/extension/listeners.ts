/** A list of callbacks: the extension's event source where `vscode` is not at hand (stores, connections, tests). */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  /** Calls `listener` from now on; disposing the answer ends that. */
  add(listener: (value: T) => void): { dispose(): void } {
    // A wrapper of its own, so that one function added twice is called twice and removed once.
    const entry = (value: T): void => listener(value);
    this.#all.add(entry);
    return { dispose: () => void this.#all.delete(entry) };
  }

  fire(value: T): void {
    for (const listener of [...this.#all]) listener(value);
  }

  dispose(): void {
    this.#all.clear();
  }
}
