/**
 * Runs inside VS Code's extension host (`extensionTestsPath`): every `*.test.ts` of this folder with mocha. The same
 * suite runs in the browser workbench (test/workbench) and in desktop VS Code (test/electron). In the tests here
 * `import * as vscode from 'vscode'` is the real API. Counts go to the file that LAMPLIGHT_SUITE_RESULT names.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import Mocha from 'mocha';

/** What LAMPLIGHT_SUITE_RESULT holds at the end. */
export interface SuiteResult {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly error: string }[];
  readonly skipped: readonly string[];
}

/** Called by VS Code; rejects when a test failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, forbidOnly: true });
  for (const name of readdirSync(import.meta.dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(path.join(import.meta.dirname, name));
  }
  const passed: string[] = [];
  const failed: { title: string; error: string }[] = [];
  const skipped: string[] = [];
  await new Promise<void>(resolve => {
    mocha
      .run(() => resolve())
      .on('pass', test => passed.push(test.fullTitle()))
      .on('pending', test => skipped.push(test.fullTitle()))
      .on('fail', (test, error: unknown) => {
        failed.push({
          title: test.fullTitle(),
          error: error instanceof Error ? (error.stack ?? '') : String(error),
        });
      });
  });
  const file = process.env['LAMPLIGHT_SUITE_RESULT'];
  if (file !== undefined)
    writeFileSync(file, JSON.stringify({ passed, failed, skipped } satisfies SuiteResult));
  if (failed.length > 0 || passed.length === 0) {
    throw new Error(`${failed.length} tests failed in the extension host, ${passed.length} passed`);
  }
}
