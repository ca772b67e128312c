import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { SuiteResult } from '../extensionHost/index.ts';

/** Prints what ran in the extension host, and asserts that all of it passed. `file` was LAMPLIGHT_SUITE_RESULT there. */
export async function assertSuitePassed(file: string): Promise<void> {
  const { passed, failed, skipped } = JSON.parse(await readFile(file, 'utf8')) as SuiteResult;
  for (const title of passed) console.log(`      ✔ ${title}`);
  for (const { title } of failed) console.log(`      ✗ ${title}`);
  assert.deepEqual(skipped, [], 'skipped in the extension host');
  assert.equal(failed.map(({ title, error }) => `${title}\n${error}`).join('\n\n'), '');
  assert.notEqual(passed.length, 0);
}
