/** The last log records of every function, for clients that come later. Bounded by count and by characters. */
import type { LogRecord } from '../../protocol/model.ts';

const MOST_RECORDS = 2000;
const MOST_CHARACTERS = 1024 * 1024;

export interface LogBuffer {
  add(record: LogRecord): void;
  /** Oldest first. */
  last(functionName: string, limit: number): LogRecord[];
  forget(functionName: string): void;
}

export function createLogBuffer(): LogBuffer {
  const buffers = new Map<string, { records: LogRecord[]; characters: number }>();
  return {
    add(record) {
      let buffer = buffers.get(record.functionName);
      if (!buffer) buffers.set(record.functionName, (buffer = { records: [], characters: 0 }));
      buffer.records.push(record);
      buffer.characters += record.text.length;
      // Cut a quarter at a time: shifting one by one would copy the array at every record.
      if (buffer.records.length > MOST_RECORDS || buffer.characters > MOST_CHARACTERS) {
        buffer.records = buffer.records.slice(Math.ceil(buffer.records.length / 4));
        buffer.characters = buffer.records.reduce((sum, { text }) => sum + text.length, 0);
      }
    },
    last: (functionName, limit) =>
      limit <= 0 ? [] : (buffers.get(functionName)?.records.slice(-limit) ?? []),
    forget: functionName => void buffers.delete(functionName),
  };
}
