/** What went wrong with the state folder, in words for the person who owns it. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/** Turns an error of SQLite into a {@link StateError} that names the file; anything else is returned as it is. */
export function stateError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof StateError) return error;
  const text = explain(error, file);
  return text === undefined ? error : new StateError(text, { cause: error });
}

function explain(error: Error & { readonly errcode?: unknown }, file: string): string | undefined {
  if (typeof error.errcode !== 'number') return undefined;
  // Extended codes carry the primary one in their low byte.
  switch (error.errcode & 0xff) {
    case SQLITE_FULL:
      return `The disk is full: Lamplight could not write its state to ${file}. Free some space there, or start with --state and a folder on another disk.`;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return `Lamplight cannot write its state to ${file}: the file or its folder is missing or read-only for this user. Make it writable, or start with --state and another folder.`;
    case SQLITE_BUSY:
      return `Another process holds ${file}: two hosts cannot share a state folder. Stop the other one (lamplight stop), or start with --state and another folder.`;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return `${file} is damaged or not a Lamplight database (${error.message}). Move it away to start with an empty state.`;
    case SQLITE_IOERR:
      return `Reading or writing ${file} failed (${error.message}). Check the disk, or start with --state and another folder.`;
    default:
      return undefined;
  }
}

/** The same for what the file system says; anything that is not the disk's fault is returned as it is. */
export function diskError(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StateError(
        `The disk is full: Lamplight could not write to ${folder}. Free some space there, or start with --state and a folder on another disk.`,
        { cause: error },
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new StateError(
        `Lamplight cannot write to ${folder}: it is read-only for this user. Make it writable, or start with --state and another folder.`,
        { cause: error },
      );
    default:
      return error;
  }
}
