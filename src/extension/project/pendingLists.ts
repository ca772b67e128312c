import type { PendingEvent } from '../../protocol/asynchronous.ts';
import type { ProjectStore } from './projectStore.ts';

/** Events of one function that the tree shows: those that are due first. */
export const PENDING_SHOWN = 100;

type Read = (functionName: string) => Promise<readonly PendingEvent[]>;

/**
 * Asynchronous events of a folder's functions that have not come to their end. The host tells when something about them has
 * changed; the events themselves are read when somebody looks.
 */
export class PendingLists {
  readonly #read: Read;
  /** By function; gone when something has changed. */
  readonly #reading = new Map<string, Promise<readonly PendingEvent[]>>();
  /** What was read last. */
  readonly #known = new Map<string, readonly PendingEvent[]>();

  constructor(store: Pick<ProjectStore, 'onChange'>, read: Read) {
    this.#read = read;
    store.onChange.add(change => {
      if (change.kind === 'pending') this.#reading.delete(change.name);
      // A snapshot, perhaps of another host.
      else if (change.kind === 'functions') this.#reading.clear();
    });
  }

  /** What is due first, first; {@link PENDING_SHOWN} at most. Rejects with why they can't be had. */
  async of(functionName: string): Promise<readonly PendingEvent[]> {
    const under = this.#reading.get(functionName);
    if (under !== undefined) return under;
    const reading = this.#read(functionName).then(events => {
      // One that was begun later knows more.
      if ((this.#reading.get(functionName) ?? reading) === reading) this.#known.set(functionName, events);
      return events;
    });
    this.#reading.set(functionName, reading);
    // What failed is tried again by whoever asks next.
    reading.catch(() => {
      if (this.#reading.get(functionName) === reading) this.#reading.delete(functionName);
    });
    return reading;
  }

  /** One of those that were read last. */
  get(functionName: string, requestId: string): PendingEvent | undefined {
    return this.#known.get(functionName)?.find(event => event.requestId === requestId);
  }

  /** The host has gone. */
  clear(): void {
    this.#reading.clear();
    this.#known.clear();
  }
}
