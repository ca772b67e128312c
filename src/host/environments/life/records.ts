/** Records of a log as they come through a pipe: one per line. */

export const NEWLINE = 0x0a;
/**
 * A newline inside a record, as our bootstraps write it to the pipe: this byte never occurs in UTF-8, so a record with
 * several lines stays one record, in order with everything else that is written there.
 */
const INNER_NEWLINE = 0xff;

/** Calls back with start and end of each record, its newline included; the last one may have none. */
export function eachRecord(bytes: Buffer, record: (start: number, end: number) => void): void {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    record(start, end);
    start = end;
  }
}

/** Puts the newlines inside records back, in place: what was several records is not to be told apart afterwards. */
export function restoreNewlines(bytes: Buffer): Buffer {
  for (let at = bytes.indexOf(INNER_NEWLINE); at >= 0; at = bytes.indexOf(INNER_NEWLINE, at + 1)) {
    bytes[at] = NEWLINE;
  }
  return bytes;
}
