import { closeSync, fchmodSync, openSync } from 'node:fs';

/**
 * Makes the file, or takes it away from everybody but its owner (0600), before SQLite opens it: SQLite would make it
 * readable for all, and what it puts beside it (-wal, -shm) has the mode of the file. Never throws: where the file can't
 * be made, SQLite says why.
 */
export function makePrivate(file: string): void {
  try {
    const descriptor = openSync(file, 'a', 0o600);
    try {
      fchmodSync(descriptor, 0o600);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // As above.
  }
}
