/**
 * Timers in the order in which they fall due, and of one time in the order in which they were set. A binary heap whose
 * entries know their place: setting and cancelling take O(log n), which every warm invocation does once (idle stop).
 */
export interface HeapEntry {
  /** Epoch milliseconds. */
  at: number;
  /** Place in the heap; -1 outside. */
  index: number;
  order: number;
}

export class TimerHeap<Entry extends HeapEntry> {
  readonly #entries: Entry[] = [];
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The first that falls due. */
  first(): Entry | undefined {
    return this.#entries[0];
  }

  /** In no order. */
  all(): readonly Entry[] {
    return this.#entries;
  }

  add(entry: Entry): void {
    entry.order = this.#order++;
    entry.index = this.#entries.length;
    this.#entries.push(entry);
    this.#up(entry);
  }

  /** Idempotent. */
  remove(entry: Entry): void {
    const { index } = entry;
    if (index < 0) return;
    entry.index = -1;
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    this.#put(last, index);
    this.#up(last);
    this.#down(last);
  }

  #up(entry: Entry): void {
    while (entry.index > 0) {
      const place = (entry.index - 1) >> 1;
      const parent = this.#entries[place];
      if (parent === undefined || isBefore(parent, entry)) return;
      this.#put(parent, entry.index);
      this.#put(entry, place);
    }
  }

  #down(entry: Entry): void {
    for (;;) {
      const left = this.#entries[2 * entry.index + 1];
      const right = this.#entries[2 * entry.index + 2];
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(entry, child)) return;
      const place = child.index;
      this.#put(child, entry.index);
      this.#put(entry, place);
    }
  }

  #put(entry: Entry, index: number): void {
    this.#entries[index] = entry;
    entry.index = index;
  }
}

const isBefore = (a: HeapEntry, b: HeapEntry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
