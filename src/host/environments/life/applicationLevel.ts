/** Which records of a function are above its ApplicationLogLevel (spec/execution-environment.md §4.5). */
import type { EnvironmentSpec } from '../environment.ts';

const levels: Readonly<Record<string, number>> = {
  TRACE: 1,
  DEBUG: 2,
  INFO: 3,
  WARN: 4,
  WARNING: 4,
  ERROR: 5,
  FATAL: 6,
  CRITICAL: 6,
};
const INFO = 3;
const BRACE = 0x7b;
/** What the runtimes' loggers call it. */
const TIMESTAMPS = ['timestamp', 'time', '@timestamp', 'ts'];
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/;

/**
 * Tells records that are wanted from others; undefined where all are. Only a JSON log has levels. What is no JSON object
 * counts as INFO, and so does one without a level, or without a time, that AWS knows.
 */
export function applicationFilter(
  spec: Pick<EnvironmentSpec, 'logFormat' | 'applicationLogLevel'>,
): ((record: Buffer) => boolean) | undefined {
  if (spec.logFormat !== 'JSON') return undefined;
  const lowest = levels[spec.applicationLogLevel ?? 'INFO'] ?? INFO;
  return lowest === levels['TRACE'] ? undefined : record => levelOf(record) >= lowest;
}

function levelOf(record: Buffer): number {
  if (record[0] !== BRACE) return INFO;
  const members = objectIn(record);
  const level = members?.['level'];
  if (members === undefined || typeof level !== 'string') return INFO;
  const isTimed = TIMESTAMPS.some(key => {
    const value = members[key];
    return typeof value === 'string' && RFC_3339.test(value);
  });
  return isTimed ? (levels[level.toUpperCase()] ?? INFO) : INFO;
}

function objectIn(record: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(record.toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
