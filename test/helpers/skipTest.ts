import type { Context } from 'mocha';

/**
 * Skips the running test, for a reason that the output and the closing list of skipped tests give with its title. In CI
 * nothing may be skipped (scripts/test/runLevel.mjs).
 */
export function skipTest(context: Context, reason: string): never {
  const { test } = context;
  if (test !== undefined) test.title += ` (skipped: ${reason})`;
  return context.skip();
}
