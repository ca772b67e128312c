/**
 * Writes that somebody waits for, many in one transaction: what comes in during one turn of the event loop is stored
 * together, before any of it is answered (DESIGN.md rule 3). A transaction for each would cost more than the rest of an
 * asynchronous invocation.
 */
import type { Database } from './database.ts';

export interface Commits {
  /** Resolves when what `write` wrote is stored; rejects where it can't be, with all that was to be stored with it. */
  add(write: () => void): Promise<void>;
  /** Stores what waits, now. */
  flush(): void;
}

interface Waiting {
  readonly write: () => void;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

export function createCommits(database: Pick<Database, 'transaction'>): Commits {
  let waiting: Waiting[] = [];

  function flush(): void {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    try {
      database.transaction(() => {
        for (const { write } of batch) write();
      });
    } catch (error) {
      for (const { failed } of batch) failed(error);
      return;
    }
    for (const { stored } of batch) stored();
  }

  return {
    add: write =>
      new Promise<void>((stored, failed) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ write, stored, failed });
      }),
    flush,
  };
}
